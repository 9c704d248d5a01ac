"""What a rebuild finds in the ledger: which hours lack a table, and which cannot have it yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from data_models.ledger_state import Transition, hour_state, verified_entry
from data_models.query_table import QueryTable


@dataclass
class Plan:
    """Hours by what the ledger says of them for some tables of hours.

    `lacking`: verified, but not for all of the tables, with the entry that says so; `whole`: verified for all of them;
    `being_loaded`: a load has begun and not come to an end; `not_archived`: no load is through.
    """

    lacking: dict[datetime, Transition] = field(default_factory=dict)
    whole: list[datetime] = field(default_factory=list)
    being_loaded: list[datetime] = field(default_factory=list)
    not_archived: list[datetime] = field(default_factory=list)

    def lacking_table(self, table: QueryTable) -> dict[datetime, Transition]:
        """The hours that lack one table."""
        return {hour: entry for hour, entry in self.lacking.items() if table.verified_as not in entry.tables}


def plan_of(
    told: Mapping[datetime, list[Transition]], wanted: Iterable[datetime], tables: Iterable[QueryTable]
) -> Plan:
    """The plan for the wanted hours, of which `told` has all entries of the ledger by hour."""
    plan, names = Plan(), {table.verified_as for table in tables}
    for hour in wanted:
        entries = told.get(hour, [])
        entry = verified_entry(entries)
        if entry is None:
            (plan.being_loaded if hour_state((), entries).open else plan.not_archived).append(hour)
        elif names <= entry.tables.keys():
            plan.whole.append(hour)
        else:
            plan.lacking[hour] = entry
    return plan
