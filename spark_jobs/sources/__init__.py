"""PanDA databases that jobs are read from: one module a kind, each with a class `Source` that keeps to `protocol`."""

from __future__ import annotations

import importlib

from data_models import settings
from spark_jobs.sources.protocol import Source, SourceConfigurationError

KINDS = ("oracle", "postgres")


def open_source(kind: str | None = None) -> Source:
    """The source that HMSF_SOURCE (or `kind`) names, by its settings. Nothing is connected yet."""
    kind = kind or settings.text("HMSF_SOURCE")
    if kind not in KINDS:
        raise SourceConfigurationError(f"HMSF_SOURCE={kind!r}: give one of {', '.join(KINDS)}")
    return importlib.import_module(f"spark_jobs.sources.{kind}").Source.from_settings()
