"""The name of a load, made from the DAG run that carries it."""

from __future__ import annotations

import hashlib
import re

READABLE = 100


def load_name(dag_id: str, run_id: str) -> str:
    """A name that is another one for every DAG run and that `spark_jobs.staging` takes as it is.

    Two DAGs may have runs of one id (scheduled__2026-07-01T00:00:00+00:00 exists for the hour and for the day), and ids
    may be of 250 characters of any kind: hence the DAG's id and a digest beside the readable part.
    """
    whole = f"{dag_id}.{run_id}"
    digest = hashlib.sha256(whole.encode()).hexdigest()[:10]
    return f"{re.sub(r'[^A-Za-z0-9.-]+', '_', whole)[:READABLE].strip('._-')}-{digest}"
