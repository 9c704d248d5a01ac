"""What answers look like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from monitor.api.problems import Problem


class Edges(Schema):
    """A window: half-open, UTC."""

    start: str
    end: str


class Column(Schema):
    """A column of the rows."""

    name: str
    type: Literal["integer", "number", "text", "time", "date", "list"]
    unit: str | None
    meaning: str | None


class Part(Schema):
    """A part of the window: which database it came from, and the instants of its oldest and newest snapshot.

    verified: read back from Cassandra and equal to what was loaded. refreshing: in Cassandra, but being loaded again.
    live: counted from PanDA's database. not archived: older than that and not loaded. not counted: more jobs than are
    counted outside the archive. away: its database does not answer.
    """

    start: str
    end: str
    source: Literal["cassandra", "panda"] | None
    state: Literal["verified", "refreshing", "live", "not archived", "not counted", "away"]
    oldest: str | None
    newest: str | None


class Rows(Schema):
    """An answer: rows, where they come from, and where the next page is."""

    question: str = Field(description="the question of data_models.questions that was asked")
    window: Edges
    complete: bool = Field(description="whether every hour of the window is verified or live")
    parts: list[Part]
    columns: list[Column]
    rows: list[dict[str, Any]]
    total: int | None = Field(description="rows in all pages; null in lists of jobs, which are read page by page")
    totals: dict[str, int] = Field(description="sums of figures that add up, over all pages")
    next: str | None = Field(description="address of the next page")
    notes: list[str]


class Job(Schema):
    """A job: its records as PanDA has them, and what each is counted for."""

    pandaid: int
    source: Literal["cassandra", "panda"]
    state: Literal["verified", "refreshing", "live", "operational"]
    as_of: str | None = Field(description="the instant of the snapshot")
    columns: list[Column]
    records: list[dict[str, Any]]
    counted: list[dict[str, Any]]


class OneError(Schema):
    """A code of a component."""

    component: str
    code: int


class Try(Schema):
    """A try of a job, which is a job itself."""

    pandaid: int
    attemptnr: int | None
    jobstatus: str | None
    computingsite: str
    modificationtime: str
    errors: list[OneError]


class Tries(Schema):
    """The tries before a job."""

    pandaid: int
    earlier: list[Try] = Field(description="the latest first")
    further: int | None = Field(description="the try before those, which is not at hand")


PROBLEMS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 429: Problem, 503: Problem}
ANSWER = {200: Rows, **PROBLEMS}
JOB_ANSWER = {200: Job, **PROBLEMS}
TRIES_ANSWER = {200: Tries, **PROBLEMS}
