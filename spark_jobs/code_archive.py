"""The project's code on its way to the executors: a zip of what this process runs, so both count by the same rules."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from pyspark import SparkContext, SparkFiles

# What functions that Spark sends to executors import, directly or not.
PACKAGES = ("data_models", "expectations", "spark_jobs")
# Spark puts only .zip, .egg and .jar on the executors' path: a wheel would be sent and then ignored.
NAME = "hmsf-code.zip"


def write_code_archive(file: Path) -> None:
    """Write the packages' files into a new zip, from wherever this process imports them: a wheel or a checkout."""
    # Files of reproducible builds are dated 1970, before a zip's first year.
    with ZipFile(file, "w", ZIP_DEFLATED, strict_timestamps=False) as archive:
        for package in PACKAGES:
            folder = Path(import_module(package).__file__).parent
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix != ".pyc":
                    archive.write(path, Path(package, path.relative_to(folder)))


def send_code(context: SparkContext) -> None:
    """Give the code to every executor of an application, ahead of whatever version is installed there."""
    if NAME in (Path(sent).name for sent in context.listFiles):
        return
    # This folder is the driver's own; Spark serves files from it and deletes it when the application ends.
    file = Path(SparkFiles.getRootDirectory()) / NAME
    write_code_archive(file)
    context.addPyFile(str(file))
