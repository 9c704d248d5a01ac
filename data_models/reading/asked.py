"""What is asked of a query table: which keys are fixed, what rows are grouped by, which figures they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data_models.dimensions import DAY, HOUR
from data_models.query_table import Figure, Key, QueryTable
from data_models.reading.folding import chosen_figures
from data_models.reading.partitions import BUCKETS
from data_models.reading.refusals import NotGroupable
from data_models.tables import daily_tables


@dataclass(frozen=True)
class Asked:
    """`fixed`: values of key columns of `table`; `by`: the columns that rows are grouped by, hour and day among them;
    `figures`: by name, None is all that can be folded so; `beginning`: how the text of a clustering column begins,
    where a window is one row."""

    table: QueryTable
    fixed: Mapping[str, object]
    by: Sequence[str]
    figures: Sequence[str] | None = None
    beginning: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what the reader would not look at."""
        if self.beginning and not self.table.one_row:
            raise ValueError(f"table {self.table.name}: names are looked up where a window is one row")

    @property
    def open_keys(self) -> dict[str, Key]:
        """The key columns that are neither time nor fixed, by name."""
        keys = (*self.table.partition, *self.table.clustering)
        return {key.name: key for key in keys if key.name not in BUCKETS and key.name not in self.fixed}

    @property
    def dimensions(self) -> tuple[Key, ...]:
        """The key columns that rows are grouped by, without time. Raises NotGroupable for a name that is none."""
        names = [name for name in self.by if name not in (HOUR.name, DAY.name)]
        if unknown := [name for name in names if name not in self.open_keys]:
            there = ", ".join((HOUR.name, DAY.name, *self.open_keys))
            raise NotGroupable(f"{self.table.name} cannot be grouped by {unknown[0]!r}: give any of {there}")
        once_each(self.by)
        return tuple(self.open_keys[name] for name in names)

    @property
    def chosen(self) -> tuple[Figure, ...]:
        """The figures of the answer. Raises NotAdditive for one that cannot be folded so."""
        return chosen_figures(self.table, self.open_keys.keys() - set(self.by), self.figures)

    @property
    def daily(self) -> QueryTable | None:
        """The roll-up that answers the same by day, None where rows are by hour or there is none."""
        return None if HOUR.name in self.by else self.roll_up

    @property
    def roll_up(self) -> QueryTable | None:
        """Of the roll-ups of the table the one whose partitions are closest to what is fixed."""
        fits = [table for table in daily_tables() if table.rolls_up is self.table and self.readable_from(table)]
        return max(fits, key=lambda table: len(own_keys(table)), default=None)

    def readable_from(self, table: QueryTable) -> bool:
        """Whether a roll-up can be read by what is fixed: it says where its partitions are, and where a day is one row,
        which is read whole, nothing else."""
        return own_keys(table) <= set(self.fixed) and not (table.one_row and set(self.fixed) - own_keys(table))

    @property
    def shorter(self) -> str:
        """What makes the question read fewer partitions."""
        if self.daily:
            return "give a shorter period, or roll up its days: full days are then read as such"
        if self.roll_up:
            return f"group by {DAY.name} instead of {HOUR.name}, or give a shorter period"
        return "give a shorter period"


def own_keys(table: QueryTable) -> set[str]:
    """The columns of a partition key that are no time."""
    return set(table.partition_names) - BUCKETS.keys()


def once_each(by: Sequence[str]) -> None:
    """Raises NotGroupable where a column is given twice."""
    if len(set(by)) < len(by):
        raise NotGroupable(f"grouped by {', '.join(by)}: give each column once")
