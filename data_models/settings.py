"""The settings: every `HMSF_...` variable with its meaning and default, in one place.

A value comes from the environment, else from what the embedded stack wrote when it came up (its ports and generated
passwords), else from the default here. `make status` prints the values in force.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class SettingsError(ValueError):
    """A setting whose value cannot be used; the message names the variable and what it takes."""


@dataclass(frozen=True)
class Setting:
    """One variable: its name, default, meaning, and whether its value must never be shown."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS = (
    Setting("HMSF_HOME", str(ROOT / ".hmsf"), "folder of the embedded stack: data, logs, staging"),
    Setting("HMSF_JARS", str(ROOT / ".hmsf" / "jars"), "folder of the JVM libraries that Maven brings"),
    Setting("HMSF_SOURCE", "postgres", "which PanDA database is read: a module of spark_jobs/sources"),
    Setting("HMSF_PG_HOST", "127.0.0.1", "host of PanDA's PostgreSQL"),
    Setting("HMSF_PG_PORT", "5432", "its port"),
    Setting("HMSF_PG_DATABASE", "panda", "its database"),
    Setting("HMSF_PG_USER", "panda", "the user that reads jobs; needs SELECT on the job tables only"),
    Setting("HMSF_PG_PASSWORD", "", "its password", secret=True),
    Setting("HMSF_ORACLE_DSN", "", "PanDA's Oracle: host:port/service, a TNS alias or a whole descriptor"),
    Setting("HMSF_ORACLE_USER", "", "the user that reads jobs; reader[owner] for a proxy user"),
    Setting("HMSF_ORACLE_PASSWORD", "", "its password", secret=True),
    Setting("HMSF_ORACLE_CONFIG", "", "folder of tnsnames.ora, where the DSN is an alias"),
    Setting("HMSF_ORACLE_WALLET", "", "folder of the wallet for TLS (ewallet.pem; cwallet.sso in thick mode)"),
    Setting("HMSF_ORACLE_WALLET_PASSWORD", "", "its password", secret=True),
    Setting("HMSF_ORACLE_CLIENT", "", "folder of Oracle's client libraries, for thick mode; empty: thin mode"),
    Setting("HMSF_ORACLE_SCHEMA", "ATLAS_PANDA", "schema of JOBSARCHIVED4 and TABLEPART4COPYING"),
    Setting("HMSF_ORACLE_ARCHIVE_SCHEMA", "ATLAS_PANDAARCH", "schema of JOBSARCHIVED"),
    Setting("HMSF_ORACLE_YEARS_DSN", "", "database of the years put away (Y2014_JOBSARCHIVED ...); empty: not asked"),
    Setting("HMSF_ORACLE_YEARS_USER", "", "its user; empty: HMSF_ORACLE_USER"),
    Setting("HMSF_ORACLE_YEARS_PASSWORD", "", "its password; empty: HMSF_ORACLE_PASSWORD", secret=True),
    Setting("HMSF_ORACLE_YEARS_SCHEMA", "ATLAS_PANDAARCH", "schema of its tables"),
    Setting("HMSF_ORACLE_YEARS", "2014-2023", "first and last year put away, or none"),
    Setting("HMSF_ORACLE_SLICES", "1", "slices of a table without index on MODIFICATIONTIME; each scans its partition"),
    Setting("HMSF_ORACLE_FETCH_ROWS", "2000", "rows a round trip (array size and prefetch)"),
    Setting("HMSF_ORACLE_CALL_SECONDS", "600", "longest time of one round trip; 0: no limit"),
    Setting("HMSF_ORACLE_CONNECT_SECONDS", "20", "longest time of connecting and logging in"),
    Setting("HMSF_SOURCE_SESSIONS", "2", "how many sessions read the source at once"),
    Setting("HMSF_LIVE_DAYS", "3", "how many days back readers ask JOBSARCHIVED4; less than the source keeps"),
    Setting("HMSF_LIVE_ROWS", "300000", "most jobs of one question that are counted outside the archive"),
    Setting("HMSF_LIVE_SECONDS", "20", "how long an hour read from JOBSARCHIVED4 is shared by readers"),
    Setting("HMSF_CASSANDRA_HOST", "127.0.0.1", "contact points of Cassandra, comma-separated"),
    Setting("HMSF_CASSANDRA_PORT", "9042", "its native port"),
    Setting("HMSF_CASSANDRA_DC", "datacenter1", "the data centre that is local to readers and writers"),
    Setting("HMSF_CASSANDRA_USER", "", "user; empty: no authentication"),
    Setting("HMSF_CASSANDRA_PASSWORD", "", "its password", secret=True),
    Setting("HMSF_KEYSPACE", "panda_archive", "keyspace of the query tables and the ledger"),
    Setting(
        "HMSF_STAGING", "", "root of staged Parquet: a folder, hdfs:// or s3a:// address; empty: HMSF_HOME/staging"
    ),
    Setting("HMSF_SPARK_MASTER", "local[2]", "Spark master"),
    Setting("HMSF_SPARK_DRIVER_MEMORY", "2g", "heap of the Spark driver (in local mode that of the executors too)"),
    Setting("HMSF_SPARK_PARTITIONS", "8", "shuffle partitions"),
    Setting("HMSF_SETTLE_MINUTES", "60", "how long after its end a window is left to settle before it is read"),
    Setting("HMSF_MONITOR_SECRET_KEY", "", "50 random characters or more that sign its cookies", secret=True),
    Setting("HMSF_MONITOR_DATABASE", "", "postgresql:// of its accounts; empty: SQLite in HMSF_HOME", secret=True),
    Setting("HMSF_MONITOR_HOSTS", "127.0.0.1,localhost", "host names it is called by, comma-separated"),
    Setting("HMSF_MONITOR_ORIGINS", "", "https:// addresses it is called by behind a proxy, comma-separated"),
    Setting("HMSF_MONITOR_HTTPS", "1", "1: cookies and pages over HTTPS only; 0: on a loopback"),
    Setting("HMSF_MONITOR_PROXIES", "0", "how many proxies before it are trusted to tell the client and HTTPS"),
    Setting("HMSF_MONITOR_ANONYMOUS", "1", "1: everybody may read; 0: after signing in only"),
    Setting("HMSF_MONITOR_RATE", "600/minute", "requests a client may make"),
    Setting("HMSF_MONITOR_SIGN_IN_RATE", "10/minute", "passwords a client may try, at the sign-in or to change one"),
    Setting("HMSF_MONITOR_RATE_STORE", "memory://", "where requests are counted; memory:// counts by worker"),
    Setting("HMSF_MONITOR_WORKERS", "2", "processes of the monitor"),
    Setting("HMSF_MONITOR_THREADS", "8", "threads of each"),
    Setting("HMSF_OIDC_ISSUER", "", "address of an OpenID provider for single sign-on; empty: local accounts only"),
    Setting("HMSF_OIDC_CLIENT_ID", "", "the monitor's name there"),
    Setting("HMSF_OIDC_CLIENT_SECRET", "", "its secret", secret=True),
    Setting("HMSF_OIDC_ALGORITHM", "RS256", "how the provider signs tokens"),
    Setting("HMSF_OIDC_SCOPES", "openid profile email", "what is asked of it"),
    Setting("HMSF_OIDC_ROLES_CLAIM", "roles", "the claim that has a user's roles; cern_roles at CERN"),
    Setting("HMSF_OIDC_STAFF_ROLE", "", "the role that makes a user staff; empty: none does"),
    Setting("HMSF_AIRFLOW_URL", "", "address of Airflow, for loads started in the monitor; empty: none are"),
    Setting("HMSF_AIRFLOW_USER", "", "its user"),
    Setting("HMSF_AIRFLOW_PASSWORD", "", "its password", secret=True),
    Setting("HMSF_STACK_PG_PORT", "0", "port of the embedded PostgreSQL; 0: a free one"),
    Setting("HMSF_STACK_CASSANDRA_PORT", "0", "native port of the embedded Cassandra; 0: a free one"),
    Setting("HMSF_STACK_CASSANDRA_HEAP", "1G", "heap of the embedded Cassandra"),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def endpoints_file() -> Path:
    """Where the embedded stack writes the settings of its servers while it is up (mode 600: it holds passwords)."""
    return Path(os.environ.get("HMSF_HOME") or BY_NAME["HMSF_HOME"].default) / "run" / "endpoints.json"


def in_force(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """All settings by name. `environment` stands in for os.environ and the stack's file, for tests."""
    values = {setting.name: setting.default for setting in SETTINGS}
    if environment is None:
        file = endpoints_file()
        if file.exists():
            values |= {name: value for name, value in json.loads(file.read_text()).items() if name in values}
        environment = os.environ
    values |= {name: environment[name] for name in values if environment.get(name)}
    values["HMSF_STAGING"] = values["HMSF_STAGING"] or str(Path(values["HMSF_HOME"]) / "staging")
    return values


def text(name: str) -> str:
    """The value of a setting. Raises KeyError for a name that is not in SETTINGS."""
    # Requests of the monitor ask for some: what the environment has needs no look at the stack's file.
    return os.environ.get(BY_NAME[name].name) or in_force()[name]


def number(name: str) -> int:
    """The value of a setting that is a whole number of at least 0. Raises SettingsError."""
    value = text(name)
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"{name}={value!r}: give a whole number ({BY_NAME[name].meaning})")
    return int(value)


def switch(name: str) -> bool:
    """The value of a setting that is 0 or 1. Raises SettingsError."""
    value = text(name)
    if value not in ("0", "1"):
        raise SettingsError(f"{name}={value!r}: give 0 or 1 ({BY_NAME[name].meaning})")
    return value == "1"


def words(name: str) -> list[str]:
    """The values of a setting that is a list with commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def shown(environment: Mapping[str, str] | None = None) -> list[str]:
    """A line a setting, NAME=value and its meaning, with secrets hidden."""
    lines = []
    for name, value in in_force(environment).items():
        visible = ("(set)" if value else "(not set)") if BY_NAME[name].secret else value
        lines.append(f"{name}={visible}  # {BY_NAME[name].meaning}")
    return lines
