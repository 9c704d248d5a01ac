"""How tests are given to the processes of pytest-xdist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling

ARCHIVED_DAYS = re.compile(r"\barchived_(day|example)\b")


class TwoWarmSparks(LoadFileScheduling):
    """A file stays in one process, and so do all files with tests in their process's Spark that take the same days, or
    none: Spark takes a minute to get warm, and the days minutes to be archived."""

    def _split_scope(self, nodeid: str) -> str:
        """The group of a test."""
        file = super()._split_scope(nodeid)
        return spark_group(self.config.rootpath / file) or file


@cache
def spark_group(file: Path) -> str | None:
    """The group of a file whose tests take fixture `spark`, whose type they name; else None."""
    text = file.read_text(encoding="utf-8")
    if "SparkSession" not in text:
        return None
    return "spark with archived days" if ARCHIVED_DAYS.search(text) else "spark"
