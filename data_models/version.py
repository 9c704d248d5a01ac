"""The version of the model, and of the packages that ran. What is verified is verified for one version of the model."""

from __future__ import annotations

from importlib.metadata import version

# Raise it when a counting rule or a table changes; what that means for a table's own rows, see QueryTable.version.
MODEL_VERSION = "1"

TELLING_PACKAGES = ("hmsf", "pyspark", "pyarrow", "great-expectations", "cassandra-driver", "adbc-driver-postgresql")


def package_versions() -> dict[str, str]:
    """Versions of the packages that decide what a load writes."""
    return {name: version(name) for name in TELLING_PACKAGES}
