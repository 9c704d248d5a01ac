"""A table's columns against the contract: changed types reject, new ones warn, years put away may lack some."""

from __future__ import annotations

import re
from dataclasses import dataclass

import oracledb
import pytest

from data_models.job_record import by_name, columns, table_columns
from spark_jobs.sources import oracle_statements as sql
from spark_jobs.sources.oracle_segments import Layout, Segment
from spark_jobs.sources.oracle_tables import (
    REQUIRED,
    SCANNABLE_BLOCKS,
    present_columns,
    require_pruning,
    type_text,
)
from spark_jobs.sources.protocol import SchemaRejected, SourceConfigurationError

LAYOUT = Layout("ATLAS_PANDA", "ATLAS_PANDAARCH", "ATLAS_PANDAARCH", None)
YEAR = Segment("ATLAS_PANDAARCH.Y2019_JOBSARCHIVED", "years", 2, by_time=False, whole=False)
TYPES = {
    "NUMBER": oracledb.DB_TYPE_NUMBER,
    "DATE": oracledb.DB_TYPE_DATE,
    "CHAR": oracledb.DB_TYPE_CHAR,
    "CLOB": oracledb.DB_TYPE_CLOB,
    "TIMESTAMP": oracledb.DB_TYPE_TIMESTAMP,
    "NVARCHAR2": oracledb.DB_TYPE_NVARCHAR,
}


@dataclass
class Info:
    """What is used of the driver's FetchInfo."""

    name: str
    type_code: object
    precision: int | None
    scale: int | None


def info(name: str, oracle_type: str) -> Info:
    """A column as the driver describes it: an unbounded NUMBER has precision 0 and scale -127."""
    digits = [
        int(text) for text in re.findall(r"-?\d+", oracle_type.removeprefix("VARCHAR2").removeprefix("NVARCHAR2"))
    ]
    if oracle_type.startswith("NUMBER"):
        return Info(name.upper(), oracledb.DB_TYPE_NUMBER, *(digits or (0, -127)))
    kind = re.match(r"\w+", oracle_type)[0]
    return Info(name.upper(), TYPES.get(kind, oracledb.DB_TYPE_VARCHAR), None, None)


def table(**changed: str | None) -> list[Info]:
    """All columns of the contract; some with another type, or without (None)."""
    types = {column.name: column.oracle_type for column in table_columns()} | changed
    return [info(name, oracle_type) for name, oracle_type in types.items() if oracle_type]


def test_the_contract_s_own_table_has_all_columns_and_nothing_to_say() -> None:
    assert present_columns("Oracle", LAYOUT.recent, table()) == (frozenset(by_name()), [], [])


@pytest.mark.parametrize(
    ("column", "oracle_type"),
    [
        ("pandaid", "NUMBER"),
        ("pandaid", "NUMBER(19,0)"),
        ("pandaid", "NUMBER(11,2)"),
        ("pandaid", "VARCHAR2(20)"),
        ("memory_leak_x2", "NUMBER(14,2)"),
        ("memory_leak_x2", "NUMBER(15,3)"),
        ("modificationtime", "TIMESTAMP(6)"),
        ("jobstatus", "CHAR(15)"),
        ("jobstatus", "NVARCHAR2(15)"),
        ("maxdiskunit", "VARCHAR2(4)"),
        ("nucleus", None),
    ],
)
def test_a_column_that_is_gone_or_would_lose_something_rejects(column: str, oracle_type: str | None) -> None:
    with pytest.raises(SchemaRejected, match=rf"ATLAS_PANDA.JOBSARCHIVED4: column {column} is "):
        present_columns("Oracle", LAYOUT.recent, table(**{column: oracle_type}))


def test_new_columns_and_wider_numbers_that_still_fit_are_warnings() -> None:
    described = table(pandaid="NUMBER(12,0)", jobstatus="VARCHAR2(99)", gpu_seconds="NUMBER(9,0)")
    present, warnings, notes = present_columns("Oracle", LAYOUT.archive, described)
    assert present == frozenset(by_name())
    assert warnings == [
        "ATLAS_PANDAARCH.JOBSARCHIVED: column pandaid is NUMBER(12,0), the contract says NUMBER(11,0)",
        "ATLAS_PANDAARCH.JOBSARCHIVED: new column gpu_seconds is not archived",
    ]
    assert notes == []


def test_a_year_put_away_may_lack_columns_and_the_notes_name_them() -> None:
    kept = [*REQUIRED, *(column.name for column in columns() if column.name not in REQUIRED)][:52]
    described = [item for item in table() if item.name.lower() in kept]
    present, warnings, notes = present_columns("Oracle", YEAR, described)
    assert present == frozenset(kept)
    assert warnings == []
    assert notes[0].startswith("ATLAS_PANDAARCH.Y2019_JOBSARCHIVED has 52 columns; NULL are ")
    assert set(re.split(r"[ ,]+", notes[0].split("NULL are ")[1])) == by_name().keys() - set(kept)


@pytest.mark.parametrize("column", REQUIRED)
def test_without_key_time_or_state_a_year_is_no_job_table(column: str) -> None:
    with pytest.raises(SchemaRejected, match=f"column {column} is missing"):
        present_columns("Oracle", YEAR, table(**{column: None}))


@dataclass
class Dictionary:
    """A session on which only Oracle's dictionary answers: blocks of the table, its partition key, its time index."""

    blocks: int | None = 10**6
    key: str = "MODIFICATIONTIME"
    index: str = ""

    def rows(self, statement: sql.Statement, values: dict[str, str]) -> list[tuple]:
        """The rows of one of sql.DICTIONARY."""
        assert set(values) == set(statement.binds)
        found = {sql.TABLE_BLOCKS: self.blocks, sql.PARTITION_KEY: self.key, sql.TIME_INDEX: self.index}[statement]
        return [] if found == "" else [(found,)]


def test_a_table_read_by_time_without_its_index_is_a_warning_with_the_remedy() -> None:
    assert require_pruning("Oracle", LAYOUT.recent, Dictionary(index="JOBSARCH4_MTIMEPRODSLABEL_IDX")) == ([], [])
    ((warning,), notes) = require_pruning("Oracle", LAYOUT.recent, Dictionary())
    assert warning.startswith("ATLAS_PANDA.JOBSARCHIVED4 has no index")
    assert "JOBSARCH4_MTIMEPRODSLABEL_IDX (MODIFICATIONTIME, PRODSOURCELABEL)" in warning
    assert notes == []
    assert require_pruning("Oracle", LAYOUT.archive, Dictionary()) == ([], [])


@pytest.mark.parametrize("blocks", [None, SCANNABLE_BLOCKS + 1])
def test_a_big_table_without_partitions_or_index_is_refused(blocks: int | None) -> None:
    with pytest.raises(SourceConfigurationError, match=r"JOBSARCHIVED .* index on MODIFICATIONTIME"):
        require_pruning("Oracle", LAYOUT.archive, Dictionary(blocks, key=""))
    assert require_pruning("Oracle", LAYOUT.archive, Dictionary(SCANNABLE_BLOCKS, key="")) == ([], [])


@pytest.mark.parametrize("oracle_type", ["NUMBER(11,0)", "NUMBER(14,3)", "NUMBER", "DATE", "CHAR", "TIMESTAMP"])
def test_types_read_as_the_contract_writes_them(oracle_type: str) -> None:
    assert type_text(info("x", oracle_type)) == oracle_type
