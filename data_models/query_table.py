"""What a query table is: the question it answers, its key, its columns, and the rows it is made from.

One file in `data_models/tables` defines one table; CQL, Spark aggregation, gate, verification and docs follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from data_models.grain import Grain
from data_models.stored_table import StoredTable

HOUR_COLUMN = Grain.HOUR.value
DAY_COLUMN = Grain.DAY.value
TIME_COLUMN = "modificationtime"
LOAD_COLUMN = "w"
PAGE_COLUMN = "page"
SAMPLES = 3
# Jobs of a page of a list: what a screen shows, in one row of some 25 kB.
PAGE_JOBS = 100


class Rows(Enum):
    """The rows a table is made from. What the rules say of a job is made once a load, as it is read from the source."""

    RECORDS = "one row a job record, all its columns"
    JOBS = "one row a job: dimensions, cost, label, category, columns of a job list"
    ERRORS = "one row an error of a failed job: the job's row with component, code and message"
    ENTITIES = "one row a job and entity it belongs to: its site, its user, its task"
    HOURS = "the rows that a table of hour grain has of a day"


class Fold(Enum):
    """How the values of many rows become one."""

    SUM = "sum"
    SAMPLES = "the three newest PANDAIDs by (MODIFICATIONTIME, PANDAID)"
    LATEST = "the value of the newest job"
    SAME = "the value that all rows of a key have"
    IDS = "all PANDAIDs, ascending"
    LISTING = "the jobs of a page as they are listed, newest first"


# What values of such folds are made from has no NULL, and a day is made from hours of one version of a table alone. CQL
# has no NULL in a list.
NEVER_NULL = frozenset({Fold.SUM, Fold.SAMPLES, Fold.SAME})
FOLD_TYPES = {
    Fold.SUM: "bigint",
    Fold.SAMPLES: "frozen<list<bigint>>",
    Fold.IDS: "frozen<list<bigint>>",
    Fold.LISTING: "frozen<list<frozen<listed_job>>>",
}


@dataclass(frozen=True)
class Key:
    """A key column: its CQL type, its meaning, and the column or Spark SQL expression it is read from."""

    name: str
    cql: str
    meaning: str
    expression: str


@dataclass(frozen=True)
class Figure:
    """A value of a table that is folded over rows; `source` is the column (or Spark SQL over columns) of the table's
    rows that is folded.

    `additive`: whether figures of different keys of one table may be summed to a figure of jobs. `type`: CQL type of a
    figure that is LATEST or SAME.
    """

    name: str
    source: str
    fold: Fold
    unit: str
    meaning: str
    additive: bool
    type: str = "text"

    @property
    def cql(self) -> str:
        """CQL type."""
        return FOLD_TYPES.get(self.fold, self.type)


@dataclass(frozen=True)
class Value:
    """A column of a table of records, as it is; `expression` is Spark SQL over the job record."""

    name: str
    cql: str
    meaning: str
    expression: str


@dataclass(frozen=True)
class QueryTable:
    """One table: `partition` and `clustering` are its key, `values` the rest.

    `largest_partition` is the arithmetic for 2 million jobs a day; `where` is Spark SQL that picks among the rows;
    `descending` names clustering columns that are kept newest first. Where `registry` names another table, that one
    lists the partitions of this one by hour and load (clean-up asks it); else the ledger does. `rolls_up`: the table
    of hour grain whose rows are folded to this one's (`data_models.daily` makes such tables). `version`: to be raised
    with every column that is added; any other change of the rows takes a new name. `one_row`: what a partition
    holds of a window is stored as one row whose clustering columns and values are lists side by side, for what is read
    whole: what Cassandra takes for a row, some 4 microseconds of its processor, is taken once. Writing and reading turn
    rows into that form and back; nothing else knows of it.
    """

    name: str
    question: str
    rows: Rows
    partition: tuple[Key, ...]
    clustering: tuple[Key, ...]
    values: tuple[Figure | Value, ...]
    largest_partition: str
    where: str = "true"
    descending: frozenset[str] = frozenset()
    registry: str | None = None
    rolls_up: QueryTable | None = None
    version: int = 1
    one_row: bool = False

    def __post_init__(self) -> None:
        """Refuse a table whose key does not contain its window (invariant 2): loads would delete each other's rows."""
        column = self.grain.value
        firsts = (column,) if self.rolls_up else (column, TIME_COLUMN)
        if column not in self.partition_names and not set(self.clustering_names[:1]) & set(firsts):
            raise ValueError(
                f"table {self.name}: put {column} in the partition key, or {' or '.join(firsts)} first among the "
                "clustering columns"
            )
        listed = [figure for figure in self.figures if figure.fold in NEVER_NULL]
        if self.one_row and (column not in self.key_names or len(listed) < len(self.values)):
            raise ValueError(f"table {self.name}: one row a window needs {column} in its key, and values never NULL")
        if self.one_row and self.descending:
            raise ValueError(f"table {self.name}: one row a window is ordered upwards, leave descending out")

    @property
    def grain(self) -> Grain:
        """The unit of its windows: a load replaces an hour of it, a roll-up a day."""
        return Grain.DAY if self.rolls_up else Grain.HOUR

    @property
    def verified_as(self) -> str:
        """The name under which the ledger counts its rows: what was verified of an older version is not this one."""
        return self.name if self.version == 1 else f"{self.name}@{self.version}"

    @property
    def partition_names(self) -> tuple[str, ...]:
        """Names of the partition key's columns."""
        return tuple(key.name for key in self.partition)

    @property
    def clustering_names(self) -> tuple[str, ...]:
        """Names of the clustering columns."""
        return tuple(key.name for key in self.clustering)

    @property
    def key_names(self) -> tuple[str, ...]:
        """Names of the primary key's columns."""
        return self.partition_names + self.clustering_names

    @property
    def columns(self) -> tuple[Key | Figure | Value, ...]:
        """All columns, the key first."""
        return (*self.partition, *self.clustering, *self.values)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, the key first."""
        return tuple(column.name for column in self.columns)

    @property
    def types(self) -> dict[str, str]:
        """CQL types by column, the key first."""
        return {column.name: column.cql for column in self.columns}

    @property
    def stored(self) -> StoredTable:
        """The table as Cassandra has it."""
        clustering, types = self.clustering_names, self.types
        if self.one_row:
            lists = {name: f"frozen<list<{types[name]}>>" for name in self.side_by_side}
            clustering, types = self.row_key[len(self.partition) :], types | lists
        return StoredTable(self.name, self.question, types, self.partition_names, clustering, self.descending)

    @property
    def row_key(self) -> tuple[str, ...]:
        """The key columns of the one row of a window: the partition's, and the window unless it is among them."""
        return tuple(dict.fromkeys((*self.partition_names, self.grain.value)))

    @property
    def side_by_side(self) -> tuple[str, ...]:
        """The columns that are lists where a window is one row."""
        key = self.row_key
        return tuple(name for name in self.column_names if name not in key)

    @property
    def keyed_by_load(self) -> bool:
        """Whether the write time of its load is part of the key: such a table lists what each load wrote."""
        return LOAD_COLUMN in self.clustering_names

    @property
    def paged(self) -> bool:
        """Whether a row is a page of a list of jobs."""
        return PAGE_COLUMN in self.clustering_names

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The folded columns; empty for a table of records."""
        return tuple(value for value in self.values if isinstance(value, Figure))

    @property
    def hour_expression(self) -> str:
        """Spark SQL for the hour (the window) that a row of this table of hour grain belongs to."""
        return HOUR_COLUMN if HOUR_COLUMN in self.key_names else f"date_trunc('hour', {TIME_COLUMN})"
