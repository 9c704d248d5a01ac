"""The embedded Cassandra: a real server in a JVM of its own, from the jars of Maven Central, on loopback only."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from cassandra import DriverException
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable, Session
from cassandra.policies import WhiteListRoundRobinPolicy

from data_models import cql, settings
from stack import ports, process
from stack.errors import StackError
from stack.home import CASSANDRA_JARS, Home
from stack.process import Record

NAME = "Cassandra"
PROGRAM = "java"
START_SECONDS = 120
STOP_SIGNALS = [(signal.SIGTERM, 60.0), (signal.SIGKILL, 10.0)]
HEAP = "HMSF_STACK_CASSANDRA_HEAP"
CLASSES = CASSANDRA_JARS.parent / "cassandra-classes.jsa"
# Both of `stack.prepared_cassandra`: the data of a server with empty tables, and the statements that made them.
EMPTY_TABLES = CASSANDRA_JARS.parent / "cassandra-tables"
DATA, MADE_BY = "data", "statements.cql"

# conf/jvm17-server.options of Cassandra 5.0.
EXPORTS = (
    "java.base/jdk.internal.misc",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.management.rmi/com.sun.jmx.remote.internal.rmi",
    "java.rmi/sun.rmi.registry",
    "java.rmi/sun.rmi.server",
    "java.sql/java.sql",
    "java.base/java.lang.ref",
    "jdk.unsupported/sun.misc",
)
OPENS = (
    "java.base/java.lang.module",
    "java.base/jdk.internal.loader",
    "java.base/jdk.internal.ref",
    "java.base/jdk.internal.reflect",
    "java.base/jdk.internal.math",
    "java.base/jdk.internal.module",
    "java.base/jdk.internal.util.jar",
    "java.base/sun.nio.ch",
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.lang.reflect",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "jdk.management/com.sun.management.internal",
)
MODULES = (
    *(f"--add-exports={name}=ALL-UNNAMED" for name in EXPORTS),
    *(f"--add-opens={name}=ALL-UNNAMED" for name in OPENS),
)
FLAGS = (
    "-Djdk.attach.allowAttachSelf=true",
    # A single node has nobody to wait for.
    "-Dcassandra.skip_wait_for_gossip_to_settle=0",
    "-Dcassandra.ring_delay_ms=100",
    "-Dcassandra.superuser_setup_delay_ms=0",
    # The clock of timeouts: 500 times a second, the default, is 1.3 % of a core, also when nobody asks anything.
    "-Dcassandra.approximate_time_precision_ms=20",
    "-Dcassandra-foreground=yes",  # else it closes its output, which is our log
    "-Djava.net.preferIPv4Stack=true",
    "-XX:+UseG1GC",
    # Java's second compiler inlines, by default, what has up to 2,500 bytes of code, and compiles for long. Publishing
    # and verifying 100,000 jobs on a server just started took 84 to 156 s (seven runs, 90 to 174 s of its CPU), with
    # this 84, 95, 97 and 109 s (84 to 107 of CPU), mixed within an hour; on a server that had done it twice the
    # machine's own swing was larger than the difference.
    "-XX:InlineSmallCode=1000",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+PerfDisableSharedMem",  # no files in /tmp/hsperfdata
)
LOGBACK = """<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder>
      <pattern>%-5level %date{"yyyy-MM-dd'T'HH:mm:ss.SSSX", UTC} [%thread] %logger{0} - %msg%n</pattern>
    </encoder>
  </appender>
  <root level="INFO"><appender-ref ref="OUT"/></root>
</configuration>
"""


def data_folder(home: Home) -> Path:
    """Where tables and the commit log live."""
    return home.data / "cassandra"


def pid_file(home: Home) -> Path:
    """The record of the running server."""
    return home.run / "cassandra.pid"


def jmx_file(home: Home) -> Path:
    """The port, on loopback, at which nodetool finds the running server."""
    return home.run / "cassandra.jmx"


def logback_file(home: Home) -> Path:
    """What it logs, and where to."""
    return home.run / "cassandra-logback.xml"


def log_file(home: Home) -> Path:
    """Its log."""
    return home.logs / "cassandra.log"


def heap_megabytes() -> int:
    """The size of the heap. Raises StackError for a value that is not a size."""
    value = settings.text(HEAP)
    size = re.fullmatch(r"(\d+)([MG])", value.upper())
    if not size:
        raise StackError(f"{HEAP}={value!r}: give a size such as 1G or 768M")
    return int(size[1]) * (1024 if size[2] == "G" else 1)


def start(home: Home, archive_classes_into: Path | None = None) -> Record:
    """Start the server; does not wait. `archive_classes_into`: where it leaves an archive of its classes when it stops,
    instead of using the one in CLASSES."""
    java = java_17()
    if not any(CASSANDRA_JARS.glob("cassandra-all-*.jar")):
        raise StackError(f"the Cassandra jars are missing in {CASSANDRA_JARS}: run `make setup`")
    before = process.read(pid_file(home))
    port = ports.choose("HMSF_STACK_CASSANDRA_PORT", before.port if before else None)
    folder = data_folder(home)
    process.end_strays(home.mark, PROGRAM, ours=before is not None)
    if not folder.exists() and not archive_classes_into:
        take_empty_tables(folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    configuration, logback = home.run / "cassandra.yaml", logback_file(home)
    configuration.write_text(yaml.safe_dump(_configuration(folder, port, storage_port=ports.free())))
    logback.write_text(LOGBACK)
    heap, jmx = f"{heap_megabytes()}m", ports.free()
    jmx_file(home).write_text(str(jmx))
    command = [java, f"-D{home.mark}", f"-Xms{heap}", f"-Xmx{heap}", *FLAGS, f"-Dcassandra.jmx.local.port={jmx}"]
    # A JVM that an archive is missing for, or does not fit, goes on without.
    command.append(
        f"-XX:ArchiveClassesAtExit={archive_classes_into}"
        if archive_classes_into
        else f"-XX:SharedArchiveFile={CLASSES}"
    )
    command += MODULES
    command += [f"-Dcassandra.config={configuration.as_uri()}", f"-Dcassandra.storagedir={folder}"]
    command += [f"-Dlogback.configurationFile={logback}", "-cp", f"{CASSANDRA_JARS}/*"]
    command += ["org.apache.cassandra.service.CassandraDaemon"]
    return process.launch(command, pid_file(home), port, log_file(home), folder)


def take_empty_tables(folder: Path) -> None:
    """Let a new server begin with the data that set-up made, if it has just the tables that are wanted now."""
    made_by = EMPTY_TABLES / MADE_BY
    if not made_by.exists() or made_by.read_text() != table_statements():
        return
    new = folder.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(EMPTY_TABLES / DATA, new)
    new.chmod(0o700)
    new.replace(folder)


def table_statements() -> str:
    """What makes the keyspace of the settings, with all tables as their files say now."""
    return "\n".join(cql.statements(settings.text("HMSF_KEYSPACE")))


def wait(home: Home, record: Record) -> None:
    """Wait until the server answers a CQL query."""
    process.wait_until(lambda: _answers_cql(record.port), record, NAME, log_file(home), START_SECONDS)


@contextmanager
def session(port: int) -> Iterator[Session]:
    """A session with a server that need not be in the settings. Raises what the driver raises."""
    profile = ExecutionProfile(WhiteListRoundRobinPolicy([ports.LOOPBACK]), request_timeout=10)
    cluster = Cluster([ports.LOOPBACK], port=port, execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    try:
        yield cluster.connect()
    finally:
        cluster.shutdown()


def java_17() -> str:
    """The java program: JAVA_HOME's if set, else the one on PATH. Raises StackError if it is not Java 17."""
    java_home = os.environ.get("JAVA_HOME")
    java = str(Path(java_home) / "bin" / "java") if java_home else shutil.which("java")
    where = f"JAVA_HOME={java_home}" if java_home else "PATH"
    remedy = "install JDK 17 (apt-get install openjdk-17-jdk-headless) or point JAVA_HOME at one"
    if java is None or not Path(java).exists():
        raise StackError(f"there is no java in {where}: {remedy}")
    says = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    # Not the first line: with JAVA_TOOL_OPTIONS Java says those first.
    version = re.search(r'^[a-z]+ version "(.+?)".*', says, re.MULTILINE)
    if version is None or not re.match(r"17\b", version[1]):
        found = version[0] if version else "a java that does not run"
        raise StackError(f"{where} gives {found}, but Cassandra 5.0 and Spark 3.5 need Java 17: {remedy}")
    return java


def _configuration(folder: Path, port: int, storage_port: int) -> dict[str, object]:
    """cassandra.yaml: one node, loopback only, for bulk writes on a small machine."""
    return {
        "cluster_name": "HMSF embedded",
        "num_tokens": 16,
        "listen_address": ports.LOOPBACK,
        "rpc_address": ports.LOOPBACK,
        "native_transport_port": port,
        "storage_port": storage_port,
        "seed_provider": [
            {
                "class_name": "org.apache.cassandra.locator.SimpleSeedProvider",
                "parameters": [{"seeds": f"{ports.LOOPBACK}:{storage_port}"}],
            }
        ],
        "endpoint_snitch": "SimpleSnitch",  # names the data centre datacenter1
        "partitioner": "org.apache.cassandra.dht.Murmur3Partitioner",
        "data_file_directories": [str(folder / "data")],
        "commitlog_directory": str(folder / "commitlog"),
        "saved_caches_directory": str(folder / "saved_caches"),
        "hints_directory": str(folder / "hints"),
        "cdc_raw_directory": str(folder / "cdc_raw"),
        "commitlog_sync": "periodic",
        "commitlog_sync_period": "10s",
        "commitlog_total_space": "1GiB",
        "storage_compatibility_mode": "NONE",  # lets the formats of 5.0 be used
        "sstable": {"selected_format": "bti"},
        "memtable": {"configurations": {"default": {"class_name": "TrieMemtable"}}},
        "memtable_allocation_type": "offheap_objects",
        # What is held of all tables together counts, and the largest one is written out first. Of 256 MB a third may be
        # taken: with that it was `job`, 24 times a load of 100,000 jobs, and its files were merged again and again.
        "memtable_offheap_space": "512MiB",
        "memtable_flush_writers": 1,  # then half of it may be taken
        # Two cores gain nothing from more threads, and change between them all the time.
        "concurrent_writes": 4,
        "concurrent_reads": 4,
        "native_transport_max_threads": 8,
        "concurrent_compactors": 1,  # two cores, shared with Spark
        "batch_size_warn_threshold": "64KiB",
        "batch_size_fail_threshold": "640KiB",
        # A busy small machine answers late, not never.
        "read_request_timeout": "10s",
        "range_request_timeout": "20s",
        "write_request_timeout": "10s",
        "cas_contention_timeout": "5s",
        "auto_snapshot": False,
    }


def _answers_cql(port: int) -> bool:
    # A refused connection is cheap to see, and the driver would log it.
    if not ports.answers(port):
        return False
    try:
        with session(port) as asked:
            return asked.execute("SELECT release_version FROM system.local").one() is not None
    except (NoHostAvailable, DriverException):
        return False
