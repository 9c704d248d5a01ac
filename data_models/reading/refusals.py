"""Questions that are not answered as they are asked; each message says what is wrong and what to ask instead."""

from __future__ import annotations


class QuestionRefused(ValueError):
    """A question that cannot be answered as it is asked."""


class PeriodTooLong(QuestionRefused):
    """A period that would take more partitions than a question may read."""


class NotGroupable(QuestionRefused):
    """Columns that rows cannot be grouped by."""


class NoCursor(QuestionRefused):
    """A text that is not where a list goes on."""


class NotAdditive(QuestionRefused):
    """A sum that would count jobs more than once."""


class NothingArchived(QuestionRefused):
    """A question over the whole life of something of which nothing is archived."""
