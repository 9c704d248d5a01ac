"""One label and category a failed job: other than errors these add up to jobs, and so do their losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from data_models.dimensions import LABEL
from data_models.names import asked_name
from data_models.query_table import Fold
from data_models.reading.answer import Answer
from data_models.reading.archive import Archive
from data_models.reading.asked import Asked, once_each
from data_models.reading.folding import fold
from data_models.reading.refusals import QuestionRefused
from data_models.reading.summary import ordered, period_of, summarize
from data_models.reading.words import CATEGORY, with_category
from data_models.tables import labels_by_hour as by_hour
from data_models.tables import labels_by_site as by_site

LABELS = ("label", "category")


def labels_by_hour(
    archive: Archive,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = LABELS,
    figures: Sequence[str] | None = None,
) -> Answer:
    """Which one label and category do failed jobs have, and what did they cost?

    by: any of hour, day, label, category; the category is that of today's dictionary. Table labels_by_hour; full days
    from labels_by_day. Figures: jobs, walltime_loss_of_jobs (core-seconds), cpu_loss_of_jobs (CPU seconds),
    hs06_loss_of_jobs (HS06 seconds), co2_loss_of_jobs (0.01 g).
    """
    return _labels(archive, Asked(by_hour.TABLE, {}, by, figures), start, end)


def labels_by_site(
    archive: Archive,
    site: str,
    start: datetime,
    end: datetime,
    *,
    by: Sequence[str] = LABELS,
    figures: Sequence[str] | None = None,
) -> Answer:
    """Which one label and category do the failed jobs of a site have, and what did they cost?

    by: any of hour, day, label, category; the category is that of today's dictionary. Table labels_by_site; full days
    from labels_by_site_day. Figures and units: labels_by_hour.
    """
    return _labels(archive, Asked(by_site.TABLE, {"computingsite": asked_name(site)}, by, figures), start, end)


def _labels(archive: Archive, asked: Asked, start: datetime, end: datetime) -> Answer:
    """The answer by labels, then by what is asked. What was stored as category is not read: dictionaries change."""
    sums = tuple(figure.name for figure in asked.table.figures if figure.fold is Fold.SUM)
    wanted = sums if asked.figures is None else tuple(asked.figures)
    if not set(wanted) <= set(sums):
        raise QuestionRefused(f"figures of {asked.table.name} are {', '.join(sums)}, not {', '.join(wanted)}")
    once_each(asked.by)
    by_label = tuple(dict.fromkeys((*(name for name in asked.by if name != CATEGORY.name), LABEL.name)))
    read = Asked(asked.table, asked.fixed, by_label, wanted)
    answer = summarize(archive, read, period_of(start, end))
    rows = fold(with_category(answer.rows), asked.by, read.chosen)
    return replace(answer, rows=ordered(rows, asked.by, read.chosen))
