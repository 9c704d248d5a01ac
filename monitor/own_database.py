"""Django's own database, by an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from data_models import settings

CONNECTION_SECONDS = 60


def database_of(address: str) -> dict[str, Any]:
    """Django's setting for postgresql://USER:PASSWORD@HOST:PORT/DATABASE; empty: an SQLite file in HMSF_HOME.

    Raises ImproperlyConfigured, without the password.
    """
    if not address:
        file = Path(settings.text("HMSF_HOME")) / "monitor.sqlite3"
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": {"timeout": 20}}
    parts = urlsplit(address)
    database = parts.path.removeprefix("/")
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or not database:
        raise ImproperlyConfigured(
            "HMSF_MONITOR_DATABASE is no address of a database: give postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname,
        "PORT": parts.port or 5432,
        "NAME": unquote(database),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": True,
    }
