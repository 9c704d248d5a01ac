"""Which loopback port a server listens on: the configured one, the one it had before, or a free one."""

from __future__ import annotations

import random
import socket

from data_models import settings
from stack.errors import StackError

LOOPBACK = "127.0.0.1"
# By default Linux gives outgoing connections the ports from 32768 on (net.ipv4.ip_local_port_range).
OF_SERVERS = range(20_000, 32_768)
TRIES = 100


def choose(setting: str, before: int | None = None) -> int:
    """The port for a server about to start. `before`: the port clients know it by, kept if it is still free.

    Raises StackError if the port that `setting` names cannot be had.
    """
    configured = settings.number(setting)
    if configured:
        try:
            _bind(configured)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "a port is at most 65535"
            raise StackError(
                f"port {configured} ({setting}) cannot be had on {LOOPBACK}: {reason}; "
                f"end what listens there, or set {setting} to another port (0: a free one)"
            ) from error
        return configured
    if before:
        try:
            return _bind(before)
        except OSError:
            pass
    return free()


def free() -> int:
    """A port nobody listens on now, and that no outgoing connection is given (by Linux's defaults) until the server
    listens, which takes Cassandra seconds; where all of those are taken, any."""
    for port in random.sample(OF_SERVERS, TRIES):
        try:
            return _bind(port)
        except OSError:
            continue
    return _bind(0)


def answers(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2):
            return True
    except OSError:
        return False


def _bind(port: int) -> int:
    with socket.socket() as probe:
        # As the servers do it, so that connections in TIME_WAIT do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        return probe.getsockname()[1]
