"""The parameters of questions, under the names that people know from PanDA's monitors. All bounds are here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from django.http import HttpRequest
from ninja import Schema
from pydantic import BeforeValidator, Field

from data_models.error_components import COMPONENTS
from data_models.window import HOUR, Window, WindowError, hour_of, parse_time
from monitor.api.problems import Refused

DEFAULT_HOURS = 12
LONGEST_DAYS = 3660
LARGEST_LIMIT = 10_000
LARGEST_OFFSET = 1_000_000
BIGINT = 2**63 - 1
# Names hold no control characters; one NUL and a database would refuse the whole statement.
NAME = r"^[^\x00-\x1f\x7f]+$"
TIME = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$"
NAMES = r"^[a-z0-9_]+(,[a-z0-9_]+)*$"
SORT = r"^-?[a-z0-9_]+(-(ascending|descending))?$"

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NAME)]
Number = Annotated[int, Field(ge=0, le=BIGINT)]
Code = Annotated[int, Field(ge=1, le=99_999_999)]
State = Annotated[str, Field(pattern="^(finished|failed|cancelled|closed)$")]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def written_day(value: object) -> object:
    """A day as it is written: numbers would be taken for seconds since 1970. Raises ValueError."""
    if isinstance(value, str) and DAY.fullmatch(value):
        return value
    raise ValueError("write a day as 2026-07-01")


Day = Annotated[date, BeforeValidator(written_day)]
Time = Annotated[str, Field(pattern=TIME, max_length=40)]
Columns = Annotated[str, Field(pattern=NAMES, max_length=500)]

# Parameters that are left out are None, which is no value to send: so the types are not optional.
Hours = Annotated[int, Field(ge=1, le=24 * LONGEST_DAYS, description="window of so many hours up to now")]
Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS, description="window of so many days up to now")]


class Period(Schema):
    """The window, on MODIFICATIONTIME: hours or days up to now, or date_from and date_to (UTC); else 12 hours.

    It is widened to full hours, the unit in which the archive is verified; answers say which window they are of.
    """

    hours: Hours = None
    days: Days = None
    date_from: Time = Field(None, description="begin: 2026-07-01 or 2026-07-01T10:00, UTC")
    date_to: Time = Field(None, description="end, which is not in the window; default: now")

    @property
    def given(self) -> bool:
        """Whether any of them is."""
        return any(value is not None for value in (self.hours, self.days, self.date_from, self.date_to))

    def times(self, *, whole_life: bool = False) -> dict[str, datetime | None]:
        """The ends of the window as questions take them; with `whole_life` None where no window is given."""
        if whole_life and not self.given:
            return {"start": None, "end": None}
        window = self.window()
        return {"start": window.start, "end": window.end}

    def window(self, now: datetime | None = None) -> Window:
        """The window in full hours. Raises Refused that names the parameter."""
        end = hour_of((now or datetime.now(UTC)) - timedelta(microseconds=1)) + HOUR
        if self.date_from is not None and (self.hours is not None or self.days is not None):
            raise Refused("date_from does not go with hours or days", "give one of them", "date_from")
        if self.hours is not None and self.days is not None:
            raise Refused("hours does not go with days", "give one of them", "hours")
        if self.date_to is not None:
            end = min(end, hour_of(moment("date_to", self.date_to) - timedelta(microseconds=1)) + HOUR)
        if self.date_from is not None:
            start = hour_of(moment("date_from", self.date_from))
        else:
            length = self.hours or 24 * (self.days or 0) or DEFAULT_HOURS
            start = end - length * HOUR
        if start >= end:
            raise Refused(
                "the window is empty, or not begun yet", "give a date_from before date_to and now", "date_from"
            )
        if end - start > timedelta(days=LONGEST_DAYS):
            raise Refused("the window is longer than ten years", "ask for its parts", "date_from")
        return Window(start, end)


def moment(parameter: str, text: str) -> datetime:
    """A time. Raises Refused that names its parameter."""
    try:
        found = parse_time(text)
    except WindowError as error:
        raise Refused(f"{parameter}: {error}", "write 2026-07-01 or 2026-07-01T10:00", parameter) from error
    if not 2000 <= found.year <= 9000:
        raise Refused(f"{parameter}: {text} is outside the years 2000 to 9000", "give a year of PanDA's", parameter)
    return found


class ErrorFilter(Schema):
    """One error, by the column that has its code, such as piloterrorcode=1099."""

    brokerageerrorcode: Code = None
    ddmerrorcode: Code = None
    exeerrorcode: Code = None
    jobdispatchererrorcode: Code = None
    piloterrorcode: Code = None
    superrorcode: Code = None
    taskbuffererrorcode: Code = None
    transexitcode: Code = None

    @property
    def error(self) -> tuple[str, int] | None:
        """The component and code. Raises Refused for more than one."""
        found = [
            (component, getattr(self, component.code_column))
            for component in COMPONENTS
            if getattr(self, component.code_column) is not None
        ]
        if len(found) > 1:
            name = found[1][0].code_column
            raise Refused("more than one error code is given", "give one; a job with several is in each list", name)
        return (found[0][0].name, found[0][1]) if found else None


class Places(Schema):
    """Where, whose, of which task or request; `(unknown)` and 0 are jobs that do not say."""

    computingsite: Name = Field(None, description="PanDA queue")
    produsername: Name = Field(None, description="user")
    jeditaskid: Number = Field(None, description="task")
    reqid: Number = Field(None, description="request")

    @property
    def places(self) -> dict[str, str | int]:
        """Those that are given."""
        named = {name: getattr(self, name) for name in Places.model_fields}
        return {name: value for name, value in named.items() if value is not None}

    def one_place(self, remedy: str) -> tuple[str, str | int] | None:
        """The only one that is given. Raises Refused for more."""
        if len(self.places) > 1:
            raise Refused(f"summaries are by one of {', '.join(Places.model_fields)}", remedy, list(self.places)[1])
        return next(iter(self.places.items()), None)


class PlacesAndNodes(Places):
    """Where, down to one worker node of a site."""

    node: Name = Field(None, description="one worker node of the computingsite")

    def require_site_of_nodes(self, by: Sequence[str] = ()) -> None:
        """Raises Refused where a node is given, or rows are of nodes, without the site."""
        if self.computingsite is None and (self.node is not None or "node" in by):
            raise Refused("nodes are those of a site", "give computingsite", "by" if self.node is None else "node")


class Form(Schema):
    """JSON, or CSV with the rows alone."""

    format: Annotated[str, Field(pattern="^(json|csv)$")] = Field("json", description="json or csv")


class Shape(Form):
    """How rows are given: which columns, in which order, how many, as JSON or CSV."""

    fields: Columns = Field(None, description="columns, with commas")
    sortby: Annotated[str, Field(pattern=SORT, max_length=80)] = Field(
        None, description="column, with -ascending or -descending (also: -column); count or alpha"
    )
    limit: Annotated[int, Field(ge=1, le=LARGEST_LIMIT)] = Field(1000, description="rows of a page")
    offset: Annotated[int, Field(ge=0, le=LARGEST_OFFSET)] = Field(0, description="rows before the page")


def names_of(text: str | None) -> tuple[str, ...]:
    """Names out of a text with commas, each once."""
    return tuple(dict.fromkeys(text.split(","))) if text else ()


def forbid_unknown(request: HttpRequest, *schemas: type[Schema]) -> None:
    """Refuse a parameter that an operation does not take: a filter with a typing error must not be left out silently.

    Also refuses one that is given twice.
    """
    taken = {name for schema in schemas for name in schema.model_fields}
    for name, values in request.GET.lists():
        if name not in taken:
            raise Refused(f"there is no parameter {name[:80]!r} here", f"take {', '.join(sorted(taken))}", name[:80])
        if len(values) > 1:
            raise Refused(f"parameter {name} is given {len(values)} times", "give it once", name)
