"""Health, for load balancers and people: whether this process serves, and how the databases behind it are."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from data_models.panda_sql.errors import SourceError
from monitor.store import AWAY, STORE, AwayArchive


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks nothing of any database."""
    return JsonResponse({"status": "up"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 if questions can be answered, from one side at least; 503 otherwise. Each database says `up` or `away`."""
    parts = {"accounts": accounts(), "cassandra": cassandra(), "panda": panda()}
    serves = parts["accounts"] == "up" and "up" in (parts["cassandra"], parts["panda"])
    whole = all(state == "up" for state in parts.values())
    status = "up" if whole else ("degraded" if serves else "down")
    return JsonResponse({"status": status, **parts}, status=200 if serves else 503)


def accounts() -> str:
    """Django's own database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "away"
    return "up"


def cassandra() -> str:
    """The archive."""
    archive = STORE.archive()
    if isinstance(archive, AwayArchive):
        return "away"
    try:
        archive.session.execute("SELECT release_version FROM system.local", timeout=5)
    except AWAY as error:
        STORE.cassandra_failed(error)
        return "away"
    return "up"


def panda() -> str:
    """PanDA's database; while it is left alone no probe waits for it."""
    try:
        with STORE.asking_panda() as database:
            database.ping()
    except SourceError:
        return "away"
    return "up"
