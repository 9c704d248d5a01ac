"""Airflow for the tests of the DAGs: a home of its own, which has to be known before Airflow is imported."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from data_models.settings import ROOT

folder = tempfile.mkdtemp(prefix="hmsf_airflow_")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ |= {
    "AIRFLOW_HOME": folder,
    "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW_CONN_HMSF_SPARK": '{"conn_type": "spark", "host": "local[1]"}',
}
