"""What a day costs in Cassandra: rows and bytes on disk of each table, bytes a job."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from pathlib import Path

from cassandra.cluster import Session

from data_models.grain import Grain
from data_models.ledger import Ledger
from data_models.ledger_state import verified_entry
from data_models.ledger_tables import LEDGER_TABLES
from data_models.tables import all_tables
from stack import cassandra
from stack.home import Home

FLUSH = "ALTER TABLE {} WITH memtable_flush_period_in_ms = {}"
COMPACTIONS = "SELECT task_id FROM system_views.sstable_tasks LIMIT 1"
FLUSH_SECONDS = 900


def flush(session: Session, folder: Path) -> None:
    """Write all tables of the session's keyspace to disk, by a period that is set for some seconds, and wait until
    nothing is compacted any more. Raises TimeoutError where files still come and go after 15 minutes."""
    names = [table.name for table in (*all_tables(), *LEDGER_TABLES)]
    for name in names:
        session.execute(FLUSH.format(name, 1000))
    deadline, before = time.monotonic() + FLUSH_SECONDS, None
    while (sizes := bytes_by_table(folder)) != before or session.execute(COMPACTIONS).one():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{folder}: files still change after {FLUSH_SECONDS} s: is something writing?")
        before = sizes
        time.sleep(5)
    for name in names:
        session.execute(FLUSH.format(name, 0))


def folder_of(keyspace: str) -> Path:
    """Where the embedded server keeps the tables of a keyspace."""
    return cassandra.data_folder(Home.of(None)) / "data" / keyspace


def bytes_by_table(folder: Path) -> dict[str, int]:
    """Bytes of all files of each table in the folder of a keyspace, indexes included."""
    sizes: Counter[str] = Counter()
    for table in folder.iterdir():
        sizes[table.name.rpartition("-")[0]] += sum(file.stat().st_size for file in table.glob("*.db"))
    return dict(sizes)


def rows_by_table(session: Session, day: date) -> Counter[str]:
    """Rows of each table that the ledger says of a day, by hours and by its roll-up."""
    rows: Counter[str] = Counter()
    for entries in Ledger(session).transitions_of_day(day).values():
        rows.update(verified_entry(entries).tables)
    roll_up = Ledger(session, Grain.DAY)
    for hour, entries in roll_up.transitions_of_day(day.year).items():
        if hour.date() == day:
            rows.update(verified_entry(entries).tables)
    return rows


def tell(session: Session, folder: Path, day: date, jobs: int) -> None:
    """Print what the only archived day costs."""
    sizes, rows = bytes_by_table(folder), rows_by_table(session, day)
    print(f"\n{'table':<24} {'rows':>10} {'bytes':>12} {'bytes/job':>10}")
    for table in all_tables():
        size = sizes[table.name]
        print(f"{table.name:<24} {rows[table.verified_as]:>10,} {size:>12,} {size / jobs:>10.1f}")
    ledger = sum(sizes[table.name] for table in LEDGER_TABLES)
    print(f"{'ledger':<24} {'':>10} {ledger:>12,} {ledger / jobs:>10.1f}")
    total = sum(sizes.values())
    print(f"{'all':<24} {sum(rows.values()):>10,} {total:>12,} {total / jobs:>10.1f}")
