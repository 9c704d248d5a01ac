"""What `make demo` shows of days that are archived: read from Cassandra by keys alone, as an analyst would."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

import pyarrow as pa
from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent_with_args

from data_models.cube import transform_codes
from data_models.error_components import COMPONENTS
from data_models.error_dictionary import describe
from data_models.error_rules import errors_of
from data_models.ledger import Ledger, from_microseconds
from data_models.ledger_state import VERIFIED
from data_models.packed_columns import unpack
from data_models.window import DAY, Window, format_time, hours

MANY = 10
# Their jobs are those that a failure rate counts.
FAILED, FINISHED = "failed", "finished"


def show(session: Session, days: Sequence[date]) -> None:
    """Print the ledger's line of each day, then the errors, the sites and one failed job of all of them."""
    ledger = Ledger(session)
    for day in days:
        print(ledger_line(ledger, day))
    for line in (*error_lines(session, days), *site_lines(session, ledger, days), *job_lines(session, days)):
        print(line)


def day_window(day: date) -> Window:
    """The window of a day."""
    start = datetime.combine(day, time(), UTC)
    return Window(start, start + DAY)


def ledger_line(ledger: Ledger, day: date) -> str:
    """Hours verified, write time W and rows by table of a day."""
    verified, rows, newest = 0, Counter(), None
    for hour, transitions in ledger.transitions_of_day(day).items():
        state = ledger.state(hour)
        if not state.verified:
            continue
        verified += 1
        newest = max(newest or 0, state.w)
        entry = next(entry for entry in transitions if entry.w == state.w and entry.state == VERIFIED)
        rows.update(entry.tables)
    w = f"W {newest} ({format_time(from_microseconds(newest))})" if newest else "no W"
    tables = ", ".join(f"{name} {count:,}" for name, count in sorted(rows.items()))
    return f"\nLedger, {day}: {verified} of 24 hours verified, {w}; rows: {tables or 'none'}"


def error_lines(session: Session, days: Sequence[date]) -> Iterator[str]:
    """The most frequent errors with their words: one partition of errors_by_hour a day."""
    counts: Counter[tuple[str, int]] = Counter()
    select = session.prepare("SELECT component, code, n_errors FROM errors_by_hour WHERE day = ?")
    for day in days:
        for row in session.execute(select, (day,)):
            counts[row.component, row.code] += row.n_errors
    yield f"\nMost frequent errors ({sum(counts.values()):,} errors of {len(counts)} codes)"
    for (component, code), count in counts.most_common(MANY):
        yield f"  {component + ':' + str(code):<24}{count:>9,}  {describe(component, code)}"


def site_lines(session: Session, ledger: Ledger, days: Sequence[date]) -> Iterator[str]:
    """The sites with most failed jobs: one partition of outcomes_by_site a site and day, listed by the ledger."""
    keys = {
        tuple(key)
        for day in days
        for hour in hours(day_window(day))
        for listed in ledger.partitions(hour, "outcomes_by_site").values()
        for key in listed
    }
    select = session.prepare(
        "SELECT computingsite, jobstatus, jobs FROM outcomes_by_site WHERE computingsite = ? AND day = ?"
    )
    jobs: dict[str, Counter[str]] = defaultdict(Counter)
    for _, rows in execute_concurrent_with_args(session, select, [(site, day) for site, day in sorted(keys)]):
        for row in rows:
            jobs[row.computingsite][row.jobstatus] += row.jobs
    yield f"\nSites with most failed jobs (of {len(jobs)})"
    worst = sorted(jobs, key=lambda site: (-jobs[site][FAILED], site))[:MANY]
    for site in worst:
        failed, finished = jobs[site][FAILED], jobs[site][FINISHED]
        share = f"{100 * failed / (failed + finished):5.1f} %" if failed + finished else "      -"
        yield f"  {site:<40}{failed:>9,} failed  {share}"


def job_lines(session: Session, days: Sequence[date]) -> Iterator[str]:
    """One failed job with all its codes: the newest sample of the most frequent error, read by its PANDAID."""
    select = session.prepare("SELECT hour, component, code, n_errors, samples FROM errors_by_hour WHERE day = ?")
    rows = [row for day in days for row in session.execute(select, (day,))]
    if not rows:
        return
    counts: Counter[tuple[str, int]] = Counter()
    for row in rows:
        counts[row.component, row.code] += row.n_errors
    [(most, _)] = counts.most_common(1)
    newest = max((row for row in rows if (row.component, row.code) == most), key=lambda row: row.hour)
    pandaid = newest.samples[0]
    job = session.execute(session.prepare("SELECT * FROM job WHERE pandaid = ?"), (pandaid,)).one()
    packed = unpack(job.packed)
    yield (
        f"\nA failed job: PANDAID {pandaid}, {job.jobstatus} at {job.computingsite}, "
        f"MODIFICATIONTIME {format_time(job.modificationtime.replace(tzinfo=UTC))}, task {job.jeditaskid}"
    )
    codes = {component.name: getattr(job, component.code_column) for component in COMPONENTS}
    codes["transform"] = transform_codes(pa.array([codes["transform"]], pa.string()))[0][0].as_py()
    diags = {component.name: packed.get(component.diag_column) for component in COMPONENTS if component.diag_column}
    for component, code in errors_of(codes):
        yield f"  {component}:{code}  {describe(component, code)}"
        if diag := diags.get(component):
            yield f"    {' '.join(str(diag).split())[:300]}"
