"""What was measured of questions, as a table, and beside what was aimed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bench.measuring import Measured

MOST_ROWS = 1000
P95_MS = 20.0
YEAR, P95_OF_YEAR_MS = "year", 100.0
TIMES_FASTER = 50
OF_LISTS = ("job", "jobs_by")
MOST_GROWTH = 1.2
AGREE = {True: "equal", False: "DIFFER", None: ""}
Growth = Mapping[tuple[str, str], float]


def tell(measured: Iterable[Measured], growth: Growth) -> None:
    """Print all; `growth`: median with all days over that with one, by question and period. Milliseconds."""
    every = list(measured)
    head = f"{'question':<24} {'period':<9} {'rows':>6} {'median':>8} {'p95':>8} {'ledger anew':>11}"
    print(f"\n{head} {'SQL':>10} {'times':>8} {'growth':>6}  counts")
    for one in every:
        line = f"{one.name:<24} {one.period:<9} {one.rows:>6,} {one.ours.median:>8.1f} {one.ours.p95:>8.1f}"
        sql = f"{one.sql.median:>10,.1f} {one.times_faster:>8,.0f}" if one.sql else f"{'':>10} {'':>8}"
        grown = growth.get((one.name, one.period))
        grown = f"{grown:>6.2f}" if grown else " " * 6
        print(f"{line} {one.fresh.median:>11.1f} {sql} {grown}  {AGREE[one.agree]}")
    print()
    small = [one for one in every if one.rows <= MOST_ROWS and one.period != YEAR]
    told("p95 under 20 ms, up to 1,000 rows", small, lambda one: one.ours.p95 < P95_MS)
    told("p95 under 100 ms, a year", [one for one in every if one.period == YEAR], _year_in_time)
    summaries = [one for one in every if one.sql and not one.name.startswith(OF_LISTS)]
    told("summaries at least 50 times as fast as SQL", summaries, lambda one: one.times_faster >= TIMES_FASTER)
    grown = [one for one in every if (one.name, one.period) in growth]
    told("growth at most 1.2", grown, lambda one: growth[one.name, one.period] <= MOST_GROWTH)
    for one in every:
        if one.rows > MOST_ROWS:
            print(f"{one.name} over {one.period}: {one.rows / one.ours.median * 1000:,.0f} rows/s of {one.rows:,}")


def told(aim: str, those: list[Measured], reached: Callable[[Measured], bool]) -> None:
    """Print how many reach an aim, and which do not."""
    missed = [f"{one.name} ({one.period})" for one in those if not reached(one)]
    print(f"{aim}: {len(those) - len(missed)} of {len(those)}" + (f"; not {', '.join(missed)}" if missed else ""))


def _year_in_time(one: Measured) -> bool:
    return one.ours.p95 < P95_OF_YEAR_MS
