"""/active: jobs on their way, by state: always from PanDA's own database."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from cachetools import TTLCache
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from data_models import settings
from data_models.window import format_time
from monitor.api.answers import csv_response
from monitor.api.parameters import Form, Places, forbid_unknown
from monitor.api.problems import panda_away
from monitor.api.schemas import PROBLEMS
from monitor.store import STORE

router = Router(tags=["operational jobs"])
_counting, _lock = Lock(), Lock()
_kept: TTLCache = TTLCache(1000, settings.number("HMSF_LIVE_SECONDS"))


class Active(Schema):
    """Jobs that are not completed, by state, at an instant."""

    as_of: str
    states: dict[str, int] = Field(description="jobs by state, such as activated, running, holding")
    total: int


class ActiveQuery(Places, Form):
    """The parameters of /active."""


@router.get("", response={200: Active, **PROBLEMS}, summary="Jobs on their way, by state")
def active(request: HttpRequest, query: Query[ActiveQuery]) -> Active | HttpResponse:
    """How many jobs are activated, running, holding ...? They are counted anew some times a minute."""
    forbid_unknown(request, ActiveQuery)
    found = lately(query.places)
    if query.format == "csv":
        rows = [{"state": state, "jobs": jobs, "as_of": found.as_of} for state, jobs in found.states.items()]
        return csv_response(request, ("state", "jobs", "as_of"), rows)
    return found


def lately(places: Mapping[str, str | int]) -> Active:
    """What was counted some seconds ago, or is counted now. Raises SourceError; Refused while PanDA is left alone."""
    key = tuple(places.items())
    if found := kept(key):
        return found
    if STORE.panda_left_alone:
        # Who counts just now may be waiting for it still.
        raise panda_away()
    # One counts, the others wait for it; what it met they meet at once, as the database is left alone by then.
    with _counting:
        if not (found := kept(key)):
            found = counted(places)
            with _lock:
                _kept[key] = found
        return found


def kept(key: tuple) -> Active | None:
    """What was counted some seconds ago."""
    with _lock:
        return _kept.get(key)


def counted(places: Mapping[str, str | int]) -> Active:
    """What PanDA's database says now. Raises SourceError."""
    with STORE.asking_panda() as panda:
        as_of, states = panda.active_states(places)
    told = {state or "(unknown)": n for state, n in states}
    return Active(as_of=format_time(as_of), states=told, total=sum(told.values()))


def forget() -> None:
    """Count anew next time."""
    with _lock:
        _kept.clear()
