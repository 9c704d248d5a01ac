"""Staged extractions that have a user's name: their rows are deleted, as `spark_jobs.tidy` deletes old ones."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from data_models.erasure import Search
from spark_jobs.tidy import BULK, children

# Rows that were put aside are whole records too.
RECORDS = ("rows", "quarantine")


def delete_extractions(spark: SparkSession, root: str, search: Search) -> list[str]:
    """Delete the staged rows, tables and quarantine of every extraction under a root that has the name, and the small
    files that have it; returns LOAD/EXTRACTION of each."""
    path = spark._jvm.org.apache.hadoop.fs.Path(root)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    deleted = []
    for load in children(files, path):
        for extraction in filter(lambda child: child.isDirectory(), children(files, load.getPath())):
            parts = {part.getPath().getName(): part.getPath() for part in children(files, extraction.getPath())}
            gone = [parts[name] for name in (*BULK, "quarantine") if name in parts]
            records = [str(parts[name]) for name in RECORDS if name in parts]
            if not any(has_name(spark, record, search) for record in records):
                gone = []
            small = [parts[name] for name in parts if name.endswith((".json", ".html"))]
            gone += [file for file in small if search.in_cell("file", text_of(spark, files, file))]
            for part in gone:
                files.delete(part, True)
            if gone:
                deleted.append(f"{load.getPath().getName()}/{extraction.getPath().getName()}")
    return deleted


def has_name(spark: SparkSession, folder: str, search: Search) -> bool:
    """Whether any row of a staged folder has the name, or may have: one that was cut off in writing cannot be read."""
    try:
        rows = spark.read.parquet(folder)
    except AnalysisException:
        return True
    return not rows.mapInArrow(functools.partial(hit_batches, search), "hit boolean").limit(1).isEmpty()


def hit_batches(search: Search, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: a row for each batch that has the name."""
    for batch in batches:
        if pc.any(search.in_texts(batch)).as_py():
            yield pa.RecordBatch.from_pydict({"hit": pa.array([True])})


def text_of(spark: SparkSession, files: object, path: object) -> str:
    """A small text file."""
    stream = files.open(path)
    try:
        return bytes(spark._jvm.org.apache.commons.io.IOUtils.toByteArray(stream)).decode(errors="replace")
    finally:
        stream.close()
