"""The pools that the DAGs name; `airflow pools import` makes them. A slot is one Spark application."""

from __future__ import annotations

SOURCE = "panda_source"
WRITERS = "cassandra_writers"

POOLS = {
    SOURCE: {
        "slots": 1,
        "description": "Extractions at once; each opens HMSF_SOURCE_SESSIONS sessions on PanDA's database",
        "include_deferred": False,
    },
    WRITERS: {
        "slots": 1,
        "description": "Applications that write to or read back from Cassandra at once",
        "include_deferred": False,
    },
}
