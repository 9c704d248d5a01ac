"""Where the Parquet of a load lies while it is on its way: a folder a load, in it a folder an extraction.

    ROOT/LOAD/current           name of the extraction that counts, written last
    ROOT/LOAD/EXTRACTION/rows         every row that the source gave, with its disposition
    ROOT/LOAD/EXTRACTION/duplicates   rows that another one of the same PANDAID and hour stands for
    ROOT/LOAD/EXTRACTION/quarantine   bad rows with the reason
    ROOT/LOAD/EXTRACTION/tables/NAME  rows of each query table
    ROOT/LOAD/EXTRACTION/partitions   the partitions that these lie in
    ROOT/LOAD/EXTRACTION/*.json       summary of the extraction, results of the gates
    ROOT/LOAD/EXTRACTION/report.html  what a person reads

A second try of an extraction never writes into the folder of the first one. The root is a folder or any address that
Spark's Hadoop client knows (hdfs://, s3a://).
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass

from pyspark.sql import SparkSession

from data_models import settings

LOAD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,180}")


class StagingError(RuntimeError):
    """Staged data that is not there or cannot be written; the message names the path and the remedy."""


def load_name(text: str) -> str:
    """A load's name: it is one folder and one name in the ledger, as it stands. Raises StagingError."""
    if not LOAD_NAME.fullmatch(text):
        raise StagingError(
            f"load name {text!r}: give up to 181 of A-Z a-z 0-9 . _ - that begin with a letter or a digit"
        )
    return text


@dataclass(frozen=True)
class Staging:
    """The folder of one extraction of one load."""

    spark: SparkSession
    root: str
    load: str
    extraction: str

    @classmethod
    def new(cls, spark: SparkSession, load: str) -> Staging:
        """A fresh, empty folder for an extraction of a load."""
        return cls(spark, settings.text("HMSF_STAGING"), load_name(load), uuid.uuid4().hex[:12])

    @classmethod
    def current(cls, spark: SparkSession, load: str) -> Staging:
        """The folder of the extraction that counts. Raises StagingError when the load has not been extracted."""
        staging = cls(spark, settings.text("HMSF_STAGING"), load_name(load), "")
        pointer = f"{staging.root}/{staging.load}/current"
        extraction = staging.read_text(pointer)
        if not (extraction or "").strip():  # empty: cut off in writing
            raise StagingError(f"load {load}: nothing staged at {pointer}; run the extract step first")
        return cls(spark, staging.root, staging.load, extraction.strip())

    def path(self, *parts: str) -> str:
        """The address of something in this folder."""
        return "/".join((self.root, self.load, self.extraction, *parts))

    def holds(self, *parts: str) -> bool:
        """Whether something is in this folder."""
        address = self.path(*parts)
        return self._files(address).exists(self._path(address))

    def delete_load(self) -> None:
        """Delete the folder of the load, with all its extractions."""
        address = f"{self.root}/{self.load}"
        self._files(address).delete(self._path(address), True)

    def make_current(self) -> None:
        """Let this extraction be the one that later steps read."""
        self.write_text(f"{self.root}/{self.load}/current", self.extraction)

    def write_json(self, name: str, value: object) -> None:
        """Write a JSON file of this folder."""
        self.write_text(self.path(name), json.dumps(value, indent=1, ensure_ascii=False))

    def read_json(self, name: str) -> dict:
        """Read a JSON file of this folder. Raises StagingError when it is not there."""
        value = self.read_json_or_none(name)
        if value is None:
            raise StagingError(f"load {self.load}: {self.path(name)} is missing; run the step that writes it first")
        return value

    def read_json_or_none(self, name: str) -> dict | None:
        """Read a JSON file of this folder; None when it is not there."""
        text = self.read_text(self.path(name))
        return None if text is None else json.loads(text)

    def write_text(self, address: str, text: str) -> None:
        """Write a small text file, replacing it if it is there."""
        stream = self._files(address).create(self._path(address), True)
        try:
            stream.write(bytearray(text.encode()))
        finally:
            stream.close()

    def read_text(self, address: str) -> str | None:
        """Read a small text file; None when it is not there."""
        files, path = self._files(address), self._path(address)
        if not files.exists(path):
            return None
        stream = files.open(path)
        try:
            return bytes(self.spark._jvm.org.apache.commons.io.IOUtils.toByteArray(stream)).decode()
        finally:
            stream.close()

    def _path(self, address: str) -> object:
        return self.spark._jvm.org.apache.hadoop.fs.Path(address)

    def _files(self, address: str) -> object:
        return self._path(address).getFileSystem(self.spark._jsc.hadoopConfiguration())
