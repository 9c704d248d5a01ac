"""The PanDA databases that live jobs are read from, by the same setting as loads."""

from __future__ import annotations

from data_models import settings
from data_models.live.oracle import LiveOracle
from data_models.live.postgres import LivePostgres
from data_models.panda_sql.errors import SourceConfigurationError

KINDS = {"oracle": LiveOracle, "postgres": LivePostgres}


def open_live() -> LiveOracle | LivePostgres:
    """The database that HMSF_SOURCE names. Nothing is connected yet. Raises SourceConfigurationError."""
    kind = settings.text("HMSF_SOURCE")
    if kind not in KINDS:
        raise SourceConfigurationError(f"HMSF_SOURCE={kind!r}: give one of {', '.join(KINDS)}")
    return KINDS[kind].from_settings()
