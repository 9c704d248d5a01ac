"""A session of the Cassandra driver as every reader and writer here needs it: by the settings, at LOCAL_QUORUM."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cassandra import AuthenticationFailed, ConsistencyLevel, InvalidRequest
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable, Session
from cassandra.policies import DCAwareRoundRobinPolicy, TokenAwarePolicy

from data_models import settings

REQUEST_SECONDS = 30.0
# A server whose processors are all taken answers late. By default the driver gives it 5 s to be connected to, and 2 to
# tell its schema, which is no less work than a request.
CONNECT_SECONDS = 10.0
# That of Cassandra 4.0 and later.
PROTOCOL_VERSION = 5


class CassandraUnavailable(RuntimeError):
    """No contact point answered; the message names them and the settings that hold them."""


class CassandraRefused(RuntimeError):
    """Cassandra answers but refuses what the settings say: trying again does not help. The message says which."""


@contextmanager
def cassandra_session(keyspace: str | None = None) -> Iterator[Session]:
    """An open session, closed at the end; `keyspace` None: none is chosen.

    The driver's default consistency is LOCAL_ONE: here it is LOCAL_QUORUM, and LOCAL_SERIAL for transactions.
    Raises CassandraUnavailable, and CassandraRefused for a keyspace that is not there or a refused log-in.
    """
    hosts, port = settings.text("HMSF_CASSANDRA_HOST").split(","), settings.number("HMSF_CASSANDRA_PORT")
    user = settings.text("HMSF_CASSANDRA_USER")
    auth = PlainTextAuthProvider(user, settings.text("HMSF_CASSANDRA_PASSWORD")) if user else None
    profile = ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(DCAwareRoundRobinPolicy(settings.text("HMSF_CASSANDRA_DC"))),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,
        serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL,
        request_timeout=REQUEST_SECONDS,
    )
    cluster = Cluster(
        hosts,
        port=port,
        auth_provider=auth,
        protocol_version=PROTOCOL_VERSION,
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        connect_timeout=CONNECT_SECONDS,
        control_connection_timeout=REQUEST_SECONDS,
    )
    try:
        # The keyspace comes second: a missing one would look like a server that is away.
        session = cluster.connect()
        if keyspace:
            session.set_keyspace(keyspace)
    except InvalidRequest as error:
        cluster.shutdown()
        raise CassandraRefused(
            f"keyspace {keyspace} (HMSF_KEYSPACE) is not there: run python -m data_models.cql --apply"
        ) from error
    except NoHostAvailable as error:
        cluster.shutdown()
        causes = list(error.errors.values()) if isinstance(error.errors, dict) else list(error.errors)
        where = f"{','.join(hosts)} port {port}"
        if any(isinstance(cause, AuthenticationFailed) for cause in causes):
            raise CassandraRefused(
                f"Cassandra at {where} refuses the log-in: set HMSF_CASSANDRA_USER and HMSF_CASSANDRA_PASSWORD"
            ) from error
        raise CassandraUnavailable(
            f"Cassandra does not answer at {where} (HMSF_CASSANDRA_HOST, HMSF_CASSANDRA_PORT): "
            f"start it and run the step again; first cause: {next(iter(causes), error)}"
        ) from error
    try:
        yield session
    finally:
        cluster.shutdown()
