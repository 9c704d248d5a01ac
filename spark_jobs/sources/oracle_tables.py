"""What a table on Oracle is: its columns against the contract, and whether a window can be read without a full scan."""

from __future__ import annotations

from collections.abc import Iterable

import oracledb

from data_models.job_record import INTEGER_DIGITS, Column, by_name, columns, table_columns
from data_models.panda_sql.oracle_session import Session
from spark_jobs.sources import oracle_statements as sql
from spark_jobs.sources.oracle_segments import Segment
from spark_jobs.sources.oracle_slices import SLICES_A_WINDOW
from spark_jobs.sources.protocol import SchemaRejected, SourceConfigurationError

# Whatever else a table lacks, without these a row is no job record.
REQUIRED = ("pandaid", "modificationtime", "jobstatus")
# More digits do not fit 64 bits.
MOST_DIGITS = INTEGER_DIGITS["bigint"]
# A table without partitions or index by MODIFICATIONTIME is scanned whole; up to this size that spares the source.
SCANNABLE_BLOCKS = 8192
# PanDA's index by which JOBSARCHIVED4 is read (data_models/data/job_columns.csv).
TIME_INDEX = "JOBSARCH4_MTIMEPRODSLABEL_IDX"


def present_columns(
    where: str, segment: Segment, described: Iterable[oracledb.FetchInfo]
) -> tuple[frozenset[str], list[str], list[str]]:
    """The contract's columns that the table has, warnings (new columns, other widths) and notes (columns it lacks).

    Raises SchemaRejected for a changed type, and for a missing column where the table must have all.
    """
    found = {info.name.lower(): info for info in described}
    warnings, notes = [], []
    for column in columns():
        info = found.get(column.name)
        if info is None:
            if segment.whole or column.name in REQUIRED:
                raise _rejected(where, segment, column, "missing")
        elif not fits(column, info):
            raise _rejected(where, segment, column, type_text(info))
        elif segment.whole and column.kind != "text" and type_text(info) != column.oracle_type:
            warnings.append(
                f"{segment.table}: column {column.name} is {type_text(info)}, the contract says {column.oracle_type}"
            )
    known = {column.name for column in table_columns()}
    if new := sorted(found.keys() - known):
        warnings += [f"{segment.table}: new column {name} is not archived" for name in new]
    present = frozenset(by_name().keys() & found.keys())
    if missing := [column.name for column in columns() if column.name not in present]:
        notes.append(f"{segment.table} has {len(present)} columns; NULL are {', '.join(missing)}")
    return present, warnings, notes


def fits(column: Column, info: oracledb.FetchInfo) -> bool:
    """Whether every value of the table's column fits the contract's type without loss."""
    match column.kind:
        case "integer":
            return info.type_code is oracledb.DB_TYPE_NUMBER and info.scale == 0 and 0 < info.precision <= MOST_DIGITS
        case "decimal":
            digits, scale = column.precision_scale
            return info.type_code is oracledb.DB_TYPE_NUMBER and info.scale == scale and 0 < info.precision <= digits
        case "time":
            return info.type_code is oracledb.DB_TYPE_DATE
    return info.type_code is (oracledb.DB_TYPE_CHAR if column.padded else oracledb.DB_TYPE_VARCHAR)


def type_text(info: oracledb.FetchInfo) -> str:
    """A type as job_columns.csv writes it; texts without their width."""
    if info.type_code is oracledb.DB_TYPE_NUMBER:
        return f"NUMBER({info.precision},{info.scale})" if info.precision else "NUMBER"
    return info.type_code.name.removeprefix("DB_TYPE_").replace("VARCHAR", "VARCHAR2").replace("_", " ")


def require_pruning(where: str, segment: Segment, session: Session) -> tuple[list[str], list[str]]:
    """Refuse a big table that has neither partitions nor an index by MODIFICATIONTIME.

    Warnings where the index is missing by which it is read, notes where the dictionary does not show it. Raises
    SourceConfigurationError.
    """
    owner, table = segment.owner_and_name
    values = {"owner": owner, "table_name": table}
    size = session.rows(sql.TABLE_BLOCKS, values)
    if not size:
        return [], [f"{segment.table} is no table that the dictionary shows (a view?): how it is read was not checked"]
    if session.rows(sql.TIME_INDEX, values):
        return [], []
    partitioned = ("MODIFICATIONTIME",) in session.rows(sql.PARTITION_KEY, values)
    blocks = size[0][0]
    if not partitioned and (blocks is None or blocks > SCANNABLE_BLOCKS):
        raise SourceConfigurationError(
            f"{where}: {segment.table} ({blocks or 'an unknown number of'} blocks) is neither partitioned nor indexed "
            "by MODIFICATIONTIME; every window would scan all of it. Let a DBA create an index on MODIFICATIONTIME"
        )
    if segment.by_time:
        warning = (
            f"{segment.table} has no index that starts with MODIFICATIONTIME: each of up to {SLICES_A_WINDOW} slices "
            "of a window scans its day. Let a DBA create PanDA's own, "
            f"{TIME_INDEX} (MODIFICATIONTIME, PRODSOURCELABEL)"
        )
        return [warning], []
    return [], []


def _rejected(where: str, segment: Segment, column: Column, found: str) -> SchemaRejected:
    return SchemaRejected(
        f"{where}, table {segment.table}: column {column.name} is {found}, the contract "
        f"(data_models/data/job_columns.csv) says {column.oracle_type}; bring the two together before loading"
    )
