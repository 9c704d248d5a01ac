"""Give Cassandra its roles: an administrator, and the one that HMSF logs in with; lock the built-in one.

A new cluster has the superuser `cassandra`, whose password everybody knows. Run again, it sets HMSF's password anew and
changes nothing else. From the environment: HMSF_CASSANDRA_HOST, _PORT, _USER, _PASSWORD and CASSANDRA_ADMIN_PASSWORD.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cassandra import AuthenticationFailed
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import Cluster, NoHostAvailable, Session

ADMIN, BUILT_IN = "hmsf_admin", "cassandra"
# That of Cassandra 4.0 and later.
PROTOCOL_VERSION = 5


def refused(error: NoHostAvailable) -> bool:
    """Whether a server was there and did not take the log-in."""
    return any(isinstance(cause, AuthenticationFailed) for cause in error.errors.values())


@contextmanager
def log_in(role: str, password: str) -> Iterator[Session]:
    """A session of a role. Raises NoHostAvailable."""
    cluster = Cluster(
        os.environ["HMSF_CASSANDRA_HOST"].split(","),
        port=int(os.environ.get("HMSF_CASSANDRA_PORT", "9042")),
        auth_provider=PlainTextAuthProvider(role, password),
        protocol_version=PROTOCOL_VERSION,
    )
    try:
        yield cluster.connect()
    finally:
        cluster.shutdown()


def quoted(text: str) -> str:
    """A text as a CQL literal: statements on roles take no binds."""
    return "'" + text.replace("'", "''") + "'"


def make_administrator(password: str) -> None:
    """On a new cluster: an administrator, by the built-in superuser."""
    try:
        with log_in(BUILT_IN, BUILT_IN) as session:
            session.execute(
                f"CREATE ROLE IF NOT EXISTS {ADMIN} WITH SUPERUSER = true AND LOGIN = true "
                f"AND PASSWORD = {quoted(password)}"
            )
    except NoHostAvailable as error:
        if refused(error):
            sys.exit(
                f"Cassandra takes neither {ADMIN} with CASSANDRA_ADMIN_PASSWORD nor the built-in log-in: give the "
                "password that the data was made with"
            )
        raise


def make_roles(session: Session, user: str, password: str) -> None:
    """Lock the built-in superuser; the role that makes the keyspace, and so owns it."""
    session.execute(
        f"ALTER ROLE {BUILT_IN} WITH SUPERUSER = false AND LOGIN = false AND PASSWORD = {quoted(secrets.token_hex())}"
    )
    session.execute(f"CREATE ROLE IF NOT EXISTS {user} WITH LOGIN = true")
    session.execute(f"ALTER ROLE {user} WITH PASSWORD = {quoted(password)}")
    session.execute(f"GRANT CREATE ON ALL KEYSPACES TO {user}")


def main() -> int:
    """All of it."""
    admin_password = os.environ["CASSANDRA_ADMIN_PASSWORD"]
    wanted = os.environ["HMSF_CASSANDRA_USER"], os.environ["HMSF_CASSANDRA_PASSWORD"]
    try:
        with log_in(ADMIN, admin_password) as session:
            make_roles(session, *wanted)
    except NoHostAvailable as error:
        if not refused(error):
            raise
        make_administrator(admin_password)
        with log_in(ADMIN, admin_password) as session:
            make_roles(session, *wanted)
    print(f"roles {ADMIN} and {wanted[0]} are there, {BUILT_IN} is locked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
