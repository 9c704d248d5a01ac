"""Which sites, users and tasks there are: for menus, for looking up names, and for ranking them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked
from data_models.reading.summary import period_of, summarize
from data_models.tables import entity_counts_by_hour as by_hour

ENTITIES = ("entity",)


def entities(
    archive: Archive,
    kind: Literal["site", "user", "task"],
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = ENTITIES,
    beginning: str = "",
) -> Answer:
    """Which sites, users or tasks have jobs, and how many of them failed?

    by: any of hour, day, entity. beginning: how the name begins, in the case it is written in; of a task its first
    digits. Table entity_counts_by_hour, a partition an hour; full days from entity_counts_by_day. Figures: jobs, failed
    (jobs).
    """
    beginnings = {"entity": beginning} if beginning else {}
    asked = Asked(by_hour.TABLE, {"kind": kind}, by, None, beginnings)
    return summarize(archive, asked, period_of(start, end))
