"""/active: jobs on their way, by state: always from PanDA's own database."""

from __future__ import annotations

from threading import Lock

from cachetools import TTLCache
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from data_models import settings
from data_models.window import format_time
from monitor.api.parameters import Places, forbid_unknown
from monitor.api.schemas import PROBLEMS
from monitor.store import STORE

router = Router(tags=["operational jobs"])
_lock = Lock()
_kept: TTLCache = TTLCache(1000, settings.number("HMSF_LIVE_SECONDS"))


class Active(Schema):
    """Jobs that are not completed, by state, at an instant."""

    as_of: str
    states: dict[str, int] = Field(description="jobs by state, such as activated, running, holding")
    total: int


@router.get("", response={200: Active, **PROBLEMS}, summary="Jobs on their way, by state")
def active(request: HttpRequest, query: Query[Places]) -> Active:
    """How many jobs are activated, running, holding ...? They are counted anew some times a minute."""
    forbid_unknown(request, Places)
    key = tuple(query.places.items())
    # One counts, the others wait for it.
    with _lock:
        if key not in _kept:
            as_of, states = STORE.panda.active_states(query.places)
            told = {state or "(unknown)": n for state, n in states}
            _kept[key] = Active(as_of=format_time(as_of), states=told, total=sum(told.values()))
        return _kept[key]


def forget() -> None:
    """Count anew next time."""
    with _lock:
        _kept.clear()
