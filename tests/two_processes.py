"""How tests are given to the processes of pytest-xdist."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling


class OneWarmSpark(LoadFileScheduling):
    """A file stays in one process, and so do all files with tests in their process's Spark: that takes a minute to get
    warm, and a second one costs more than two processes gain."""

    def _split_scope(self, nodeid: str) -> str:
        """The group of a test."""
        file = super()._split_scope(nodeid)
        return "spark" if takes_spark(self.config.rootpath / file) else file


@cache
def takes_spark(file: Path) -> bool:
    """Whether tests of a file take fixture `spark`, whose type they name."""
    return "SparkSession" in file.read_text(encoding="utf-8")
