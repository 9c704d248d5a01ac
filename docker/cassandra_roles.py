"""Give Cassandra its roles: an administrator, and the one that HMSF logs in with; lock the built-in one.

A new cluster has the superuser `cassandra`, whose password everybody knows. Run again, it changes HMSF's password if
another one is given, and nothing else. From the environment: HMSF_CASSANDRA_HOST, _PORT, _USER, _PASSWORD and
CASSANDRA_ADMIN_PASSWORD.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cassandra import AuthenticationFailed
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable, Session
from cassandra.policies import RoundRobinPolicy
from cassandra.protocol import OverloadedErrorMessage

ADMIN, BUILT_IN = "hmsf_admin", "cassandra"
# That of Cassandra 4.0 and later.
PROTOCOL_VERSION = 5
# How long a new server may take, after its port, to make the built-in role: 10 s by default, and again after a failure.
BUILT_IN_SECONDS = 60
# How long a server may go by a password that it has seen before (credentials_validity is 2 s by default).
CACHED_SECONDS = 20


def refused(error: NoHostAvailable) -> bool:
    """Whether a server was there and did not take the log-in."""
    if isinstance(error.errors, list):  # it took the first connection and not those after: the role has just changed
        return True
    return any(isinstance(cause, AuthenticationFailed) for cause in error.errors.values())


@contextmanager
def log_in(role: str, password: str) -> Iterator[Session]:
    """A session of a role. Raises NoHostAvailable."""
    cluster = Cluster(
        os.environ["HMSF_CASSANDRA_HOST"].split(","),
        port=int(os.environ.get("HMSF_CASSANDRA_PORT", "9042")),
        auth_provider=PlainTextAuthProvider(role, password),
        protocol_version=PROTOCOL_VERSION,
        execution_profiles={EXEC_PROFILE_DEFAULT: ExecutionProfile(RoundRobinPolicy())},
    )
    try:
        yield cluster.connect()
    finally:
        cluster.shutdown()


def quoted(text: str) -> str:
    """A text as a CQL literal: statements on roles take no binds."""
    return "'" + text.replace("'", "''") + "'"


def make_administrator(password: str) -> None:
    """On a new cluster: an administrator, by the built-in superuser, once the server has made that.

    A server without it answers as one where it is locked, so another's password is told only after that time.
    """
    deadline = time.monotonic() + BUILT_IN_SECONDS
    while not accepted(BUILT_IN, BUILT_IN):
        if time.monotonic() > deadline:
            sys.exit(
                f"Cassandra takes neither {ADMIN} with CASSANDRA_ADMIN_PASSWORD nor the built-in log-in: give the "
                "password that the data was made with"
            )
        time.sleep(1)
    with log_in(BUILT_IN, BUILT_IN) as session:
        session.execute(
            f"CREATE ROLE IF NOT EXISTS {ADMIN} WITH SUPERUSER = true AND LOGIN = true "
            f"AND PASSWORD = {quoted(password)}"
        )


def accepted(role: str, password: str) -> bool:
    """Whether a role can log in so."""
    try:
        with log_in(role, password):
            return True
    except NoHostAvailable as error:
        if refused(error):
            return False
        raise


def make_roles(session: Session, user: str, password: str) -> None:
    """Lock the built-in superuser; the role that makes the keyspace, and so owns it.

    Nothing is set that is so already: Cassandra takes a new password of a role every five seconds only.
    """
    built_in = session.execute(f"LIST ROLES OF {BUILT_IN} NORECURSIVE").one()
    if built_in.super or built_in.login:
        session.execute(
            f"ALTER ROLE {BUILT_IN} WITH SUPERUSER = false AND LOGIN = false "
            f"AND PASSWORD = {quoted(secrets.token_hex())}"
        )
    session.execute(f"CREATE ROLE IF NOT EXISTS {user} WITH LOGIN = true AND PASSWORD = {quoted(password)}")
    # Before its first log-in: servers remember what a role may do for some seconds, too.
    session.execute(f"GRANT CREATE ON ALL KEYSPACES TO {user}")
    deadline = time.monotonic() + CACHED_SECONDS
    changed = False
    while not accepted(user, password):
        if time.monotonic() > deadline:
            sys.exit(f"Cassandra does not take the new password of {user} after {CACHED_SECONDS} s: run this again")
        changed = changed or change_password(session, user, password)
        time.sleep(0.5)


def change_password(session: Session, user: str, password: str) -> bool:
    """Give a role another password; False where its last change is less than five seconds ago."""
    try:
        session.execute(f"ALTER ROLE {user} WITH PASSWORD = {quoted(password)}")
    except NoHostAvailable as error:
        if any(isinstance(cause, OverloadedErrorMessage) for cause in error.errors.values()):
            return False
        raise
    return True


def main() -> int:
    """All of it."""
    admin_password = os.environ["CASSANDRA_ADMIN_PASSWORD"]
    user = os.environ["HMSF_CASSANDRA_USER"]
    if not accepted(ADMIN, admin_password):
        make_administrator(admin_password)
    with log_in(ADMIN, admin_password) as session:
        make_roles(session, user, os.environ["HMSF_CASSANDRA_PASSWORD"])
    print(f"roles {ADMIN} and {user} are there, {BUILT_IN} is locked")
    return 0


if __name__ == "__main__":
    sys.exit(main())
