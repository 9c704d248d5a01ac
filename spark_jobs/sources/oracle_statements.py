"""Every statement that the Oracle source sends, as data: its text, its typed binds, what it is for.

Rules, and the tests of this file hold every statement to them:
- Job tables and the copy log are read `AS OF SCN`, all of a load at one SCN. Without it only where the account may not
  flash back (see oracle_snapshot).
- The window is half-open on the bare column, with binds of type DATE: a TIMESTAMP bind or a function on
  MODIFICATIONTIME would cost the index and the pruning of partitions.
- No hints, no DDL, no PL/SQL, no FOR UPDATE.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable

from data_models.error_components import COMPONENTS
from data_models.job_record import by_name, columns
from data_models.panda_sql.oracle_statement import WITHIN, Statement
from spark_jobs.sources import control_totals

AS_OF = " AS OF SCN :scn"
SLICE = "pandaid >= :first_pandaid AND pandaid < :next_pandaid"
WIDTH = 110
INDENT = "\n         "
FIRST_OF_JOB = (
    "CASE WHEN ROW_NUMBER() OVER (PARTITION BY hour, pandaid ORDER BY pandaid) = 1 THEN 1 END AS first_of_job"
)
TEXT_COLUMNS = frozenset({"jobstatus", "transexitcode"})
# Seconds that a standby may be behind its primary.
MOST_BEHIND = 60


SNAPSHOT = Statement(
    "snapshot",
    "once a load and database: the SCN that everything is read at, and its time",
    "V$DATABASE",
    "SELECT current_scn, SYS_EXTRACT_UTC(SYSTIMESTAMP) AS taken FROM v$database",
)
CLOCK = Statement(
    "clock",
    "once a load, instead of `snapshot` where v$database cannot be read: the time of the load",
    "nothing",
    "SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) AS taken FROM dual",
)
ROLE = Statement(
    "role",
    "once a load and database: whether it is a standby",
    "nothing",
    "SELECT SYS_CONTEXT('USERENV', 'DATABASE_ROLE') AS database_role FROM dual",
)
OPEN_MODE = Statement(
    "open_mode",
    "on a standby only: whether it applies what its primary does",
    "V$DATABASE",
    "SELECT open_mode FROM v$database",
)
STANDBY_LIMIT = Statement(
    "standby_limit",
    f"on a standby only, then `table_blocks`, `snapshot` and `open_mode`: beyond {MOST_BEHIND} s behind they fail",
    "nothing",
    f"ALTER SESSION SET STANDBY_MAX_DATA_DELAY = {MOST_BEHIND}",
)
TABLE_BLOCKS = Statement(
    "table_blocks",
    "once a load and table: how big the table is (blocks, from the optimizer's statistics)",
    "ALL_TABLES",
    "SELECT blocks FROM all_tables WHERE owner = :owner AND table_name = :table_name",
)
PARTITION_KEY = Statement(
    "partition_key",
    "once a load and table: is it partitioned by MODIFICATIONTIME?",
    "ALL_PART_KEY_COLUMNS",
    "SELECT column_name FROM all_part_key_columns\n"
    " WHERE owner = :owner AND name = :table_name AND object_type = 'TABLE' AND column_position = 1",
)
TIME_INDEX = Statement(
    "time_index",
    "once a load and table: is there an index that starts with MODIFICATIONTIME?",
    "ALL_IND_COLUMNS",
    "SELECT index_name FROM all_ind_columns\n"
    " WHERE table_owner = :owner AND table_name = :table_name\n"
    "   AND column_name = 'MODIFICATIONTIME' AND column_position = 1",
)
DICTIONARY = (TABLE_BLOCKS, PARTITION_KEY, TIME_INDEX)


def table_columns(table: str, as_of: str = AS_OF) -> Statement:
    """No rows: the driver's description of the result names the columns and types, whatever the table has."""
    return Statement(
        "table_columns",
        "once a load and table: columns and types, and whether it can be read at an SCN; gives no rows",
        table,
        f"SELECT * FROM {table}{as_of} WHERE 1 = 0",
    )


def copy_log(table: str, as_of: str = AS_OF) -> Statement:
    """What the log of the copy into the archive says of one daily partition of JOBSARCHIVED4."""
    return Statement(
        "copy_log",
        "once a load and day: has the day's partition of JOBSARCHIVED4 been copied to JOBSARCHIVED?",
        table,
        "SELECT copied_to_arch, copying_done_on, deleted_on, data_verif_passed\n"
        f"  FROM {table}{as_of}\n"
        " WHERE table_name = :table_name AND partition_name = :partition_name",
    )


def totals(relations: Iterable[tuple[str, Collection[str]]], as_of: str = AS_OF) -> Statement:
    """Control totals over tables of one database: rows (kind, hour, written value, rows, distinct jobs).

    `relations`: each table with the columns that it has; the others count as NULL. The first row of each job is marked
    in one sort, and counted: a COUNT(DISTINCT pandaid) would sort all rows again for each grouping set.
    """
    relations = list(relations)
    counted = {control_totals.STATE: "jobstatus", **{item.name: item.code_column for item in COMPONENTS}}
    parts = "\n        UNION ALL\n".join(_counted(table, present, as_of) for table, present in relations)
    kinds = INDENT.join(f"WHEN GROUPING({column}) = 0 THEN '{kind}'" for kind, column in counted.items())
    values = INDENT.join(f"WHEN GROUPING({column}) = 0 THEN {_written(column)}" for column in counted.values())
    sets = INDENT.join(f", (hour, {column})" for column in counted.values())
    return Statement(
        "control_totals",
        "once a load and database: counts of the window",
        " and ".join(table for table, _ in relations),
        f"SELECT CASE{INDENT}{kinds}{INDENT}ELSE '{control_totals.ROWS}' END AS kind,\n"
        "       hour,\n"
        f"       CASE{INDENT}{values} END AS written,\n"
        "       COUNT(*) AS n,\n"
        "       COUNT(first_of_job) AS n_distinct\n"
        f"  FROM (\n    SELECT {_listed(['hour', *counted.values()], 11)},\n           {FIRST_OF_JOB}\n"
        f"      FROM (\n{parts}\n      ) jobs\n  ) counted\n"
        f" GROUP BY GROUPING SETS ((hour){INDENT}{sets})",
    )


def slice_bounds(table: str, slices: int, as_of: str = AS_OF) -> Statement:
    """Where slices of equal numbers of rows begin, and their rows; fewer slices where there are fewer rows."""
    return Statement(
        "slice_bounds",
        f"once a load and table: PANDAIDs at which it is cut into {slices} slices of equal size",
        table,
        "SELECT slice, MIN(pandaid) AS first_pandaid, COUNT(*) AS n\n"
        f"  FROM (SELECT pandaid, NTILE({slices}) OVER (ORDER BY pandaid) AS slice\n"
        f"          FROM {table}{as_of}\n"
        f"         WHERE {WITHIN}) cut\n"
        " GROUP BY slice\n"
        " ORDER BY slice",
    )


def pandaids(table: str, as_of: str = AS_OF) -> Statement:
    """The identifiers of an hour. Two databases cannot count their distinct jobs together, so this side does."""
    return Statement(
        "pandaids",
        "only for hours that have rows in both databases: which jobs a table has",
        table,
        f"SELECT pandaid\n  FROM {table}{as_of}\n WHERE {WITHIN}",
    )


def rows_by_time(table: str, as_of: str = AS_OF) -> Statement:
    """The records of a slice that is a part of the window, by the index on MODIFICATIONTIME."""
    return Statement(
        "rows_by_time",
        "once a slice of the window: its job records",
        table,
        f"SELECT {_names(by_name())}\n  FROM {table}{as_of}\n WHERE {WITHIN}",
    )


def rows_by_pandaid(table: str, present: Collection[str], as_of: str = AS_OF) -> Statement:
    """The records of a slice of PANDAIDs within the window's partitions; only columns that the table has."""
    return Statement(
        "rows_by_pandaid",
        "once a slice of PANDAIDs: its job records",
        table,
        f"SELECT {_names(present)}\n  FROM {table}{as_of}\n WHERE {WITHIN}\n   AND {SLICE}",
    )


def _names(present: Collection[str]) -> str:
    return _listed([column.name for column in columns() if column.name in present], 7)


def _listed(items: list[str], indent: int) -> str:
    """Items with commas, in lines of WIDTH; no item is broken."""
    whole = ", ".join(item.replace(" ", "\0") for item in items)
    return textwrap.fill(whole, WIDTH, subsequent_indent=" " * indent, break_long_words=False).replace("\0", " ")


def _counted(table: str, present: Collection[str], as_of: str) -> str:
    names = [item.code_column for item in COMPONENTS]
    codes = [name if name in present else f"{_no_value(name)} AS {name}" for name in names]
    return (
        "        SELECT TRUNC(modificationtime, 'HH24') AS hour, pandaid, jobstatus,\n"
        f"               {_listed(codes, 15)}\n"
        f"          FROM {table}{as_of}\n"
        f"         WHERE {WITHIN}"
    )


def _no_value(column: str) -> str:
    return f"CAST(NULL AS {'VARCHAR2(128)' if column in TEXT_COLUMNS else 'NUMBER(7,0)'})"


def _written(column: str) -> str:
    return column if column in TEXT_COLUMNS else f"CAST({column} AS VARCHAR2(40))"
