"""Sessions on PanDA's PostgreSQL look after their connection."""

from __future__ import annotations

import os
from pathlib import Path

from data_models import settings
from data_models.panda_sql.postgres import PandaPostgres

# As /proc/net/tcp writes them (Linux, proc(5)).
ESTABLISHED, KEEPALIVE = "01", "02"
TICKS = os.sysconf("SC_CLK_TCK")


def keepalives(port: int) -> list[float]:
    """Seconds until each connection of this process to a port of this host is probed, if nothing is sent meanwhile."""
    own = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and link.exists()}
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, _, remote, state, _, timer, _, _, _, inode, *_ = line.split()
        kind, when = timer.split(":")
        ours = f"socket:[{inode}]" in own and int(remote.split(":")[1], 16) == port
        if ours and (state, kind) == (ESTABLISHED, KEEPALIVE):
            found.append(int(when, 16) / TICKS)
    return found


def test_a_server_that_is_gone_is_noticed_within_half_a_minute(stack: Path) -> None:
    database = PandaPostgres.from_settings()
    with database.session() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]
        soonest = min(keepalives(settings.number("HMSF_PG_PORT")))
    # The first of five probes; the system's default is two hours.
    assert 0 < soonest <= 10
