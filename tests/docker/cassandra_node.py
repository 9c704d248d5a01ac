"""A real Cassandra with the configuration of docker/cassandra.yaml, on a free port of loopback."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from data_models.settings import ROOT
from stack import cassandra, ports
from stack.home import CASSANDRA_JARS
from stack.session import ended_with_us

START_SECONDS = 120
DATA = "/var/lib/cassandra"
# After the port, as a server outside of tests (10 s there); of one option given twice Java takes the last.
BUILT_IN_ROLE_LATE = "-Dcassandra.superuser_setup_delay_ms=5000"


@contextmanager
def cassandra_node(folder: Path) -> Iterator[int]:
    """Run the server until the end; gives its native port as soon as it is open, before there is a role. Addresses,
    ports and folders alone are other ones."""
    port, storage_port = ports.free(), ports.free()
    text = (ROOT / "docker" / "cassandra.yaml").read_text().replace(DATA, str(folder / "data"))
    configuration = yaml.safe_load(text.replace('"127.0.0.1"', f'"{ports.LOOPBACK}:{storage_port}"'))
    configuration |= {"native_transport_port": port, "storage_port": storage_port}
    file = folder / "cassandra.yaml"
    file.write_text(yaml.safe_dump(configuration))
    command = [cassandra.java_17(), "-Xmx512m", *cassandra.FLAGS, BUILT_IN_ROLE_LATE]
    command += [f"--add-exports={name}=ALL-UNNAMED" for name in cassandra.EXPORTS]
    command += [f"--add-opens={name}=ALL-UNNAMED" for name in cassandra.OPENS]
    command += [f"-Dcassandra.config={file.as_uri()}", f"-Dcassandra.storagedir={folder / 'data'}"]
    command += ["-cp", f"{CASSANDRA_JARS}/*", "org.apache.cassandra.service.CassandraDaemon"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        with ended_with_us(server):
            deadline = time.monotonic() + START_SECONDS
            while not ports.answers(port):
                assert server.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
                time.sleep(0.2)
            yield port
