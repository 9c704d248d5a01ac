"""What was measured of questions, as a table, and beside what was aimed at."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bench.measuring import Measured

MOST_ROWS = 1000
P95_MS = 20.0
YEAR, P95_OF_YEAR_MS = "year", 100.0
TIMES_FASTER = 50
OF_JOBS = ("job", "jobs_by")
MOST_GROWTH = 1.2
AGREE = {True: "equal", False: "DIFFER", None: ""}


def tell(measured: Iterable[Measured]) -> None:
    """Print all in milliseconds."""
    every = list(measured)
    head = f"{'question':<20} {'period':<9} {'rows':>6} {'median':>7} {'p95':>7} {'ledger anew':>11}"
    print(f"\n{head} {'SQL':>9} {'times':>6} {'growth':>6}  counts")
    for one in every:
        line = f"{one.name:<20} {one.period:<9} {one.rows:>6,} {one.ours.median:>7.1f} {one.ours.p95:>7.1f}"
        sql = f"{one.sql.median:>9,.1f} {one.times_faster:>6,.1f}" if one.sql else " " * 16
        grown = f"{one.growth:>6.2f}" if one.growth else " " * 6
        print(f"{line} {one.fresh.median:>11.1f} {sql} {grown}  {AGREE[one.agree]}".rstrip())
    print()
    tell_aims(every)
    for one in every:
        if one.rows > MOST_ROWS:
            print(f"{one.name} over {one.period}: {one.rows / one.ours.median * 1000:,.0f} rows/s of {one.rows:,}")


def tell_aims(every: list[Measured]) -> None:
    """Print which aims are reached."""
    small = [one for one in every if one.rows <= MOST_ROWS and one.period != YEAR]
    told("p95 under 20 ms, up to 1,000 rows", small, lambda one: one.ours.p95 < P95_MS)
    charts = [one for one in every if one.period == YEAR]
    told("p95 under 100 ms, a year", charts, lambda one: one.ours.p95 < P95_OF_YEAR_MS)
    summaries = [one for one in every if one.sql and not one.name.startswith(OF_JOBS)]
    told("summaries at least 50 times as fast as SQL", summaries, lambda one: one.times_faster >= TIMES_FASTER)
    grown = [one for one in every if one.growth]
    told("growth at most 1.2", grown, lambda one: one.growth <= MOST_GROWTH)


def told(aim: str, those: list[Measured], reached: Callable[[Measured], bool]) -> None:
    """Print how many reach an aim, and which do not."""
    missed = [f"{one.name} ({one.period})" for one in those if not reached(one)]
    print(f"{aim}: {len(those) - len(missed)} of {len(those)}" + (f"; not {', '.join(missed)}" if missed else ""))
