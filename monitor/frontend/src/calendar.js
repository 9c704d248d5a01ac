// Days of the archive as a calendar shows them.

/** Days (each with `day`, YYYY-MM-DD) by month, newest month first: [{month, days}]. */
export function months(days) {
  const found = new Map();
  for (const day of days) {
    const month = day.day.slice(0, 7);
    found.set(month, [...(found.get(month) ?? []), day]);
  }
  return [...found].map(([month, own]) => ({ month, days: own })).reverse();
}

/** A day in words, from the states of its hours. */
export function stateOfDay(states) {
  const counts = new Map();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  if (counts.size === 1) return states[0];
  return [...counts].map(([state, hours]) => `${hours} h ${state}`).join(", ");
}

/**
 * Entries of the ledger by window and load, in order: what each load of an hour came to. `states` on its way, `state`
 * it ended in, `jobs`: rows of the table `job` (null: it has none), `note` of its last entry that has one.
 */
export function loadsOf(entries) {
  const found = new Map();
  for (const entry of entries) {
    const key = JSON.stringify([entry.window, entry.load]);
    found.set(key, [...(found.get(key) ?? []), entry]);
  }
  return [...found.values()].map((own) => {
    const { window, load } = own[0];
    const last = own.at(-1);
    const rows = own.findLast((entry) => entry.rows?.job !== undefined);
    return {
      window,
      load,
      state: last.state,
      states: [...new Set(own.map((entry) => entry.state))],
      snapshot: own.find((entry) => entry.snapshot)?.snapshot ?? null,
      begun: own[0].at,
      ended: last.at,
      jobs: rows ? rows.rows.job : null,
      extraction: own.findLast((entry) => entry.details?.extraction)?.details.extraction ?? null,
      note: own.findLast((entry) => entry.note)?.note ?? "",
      entries: own,
    };
  });
}
