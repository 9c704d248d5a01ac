"""What Oracle's and the driver's errors mean to an operator: one table from code to words, remedy, and retry or fail.

Codes and their texts are those of Oracle's error help and of python-oracledb's list of errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import oracledb

from data_models.panda_sql.errors import (
    SchemaRejected,
    SnapshotLost,
    SourceConfigurationError,
    SourceError,
    SourceUnavailable,
)


class NotReadable(SourceConfigurationError):
    """A table or view is not there, or the user may not read it (Oracle does not say which), or not at an SCN."""


@dataclass(frozen=True)
class Fault:
    """Words, remedy, and the exception that says whether a retry can help. `{setting}`: HMSF_ORACLE or ..._YEARS."""

    codes: tuple[str, ...]
    raises: type[SourceError]
    words: str
    remedy: str


GRANTS = "let a DBA run spark_jobs/sources/oracle_grants.sql"
FAIL, RETRY = SourceConfigurationError, SourceUnavailable
FAULTS = (
    Fault(
        ("ORA-01017", "ORA-01005", "DPY-4001"),
        FAIL,
        "log-in refused",
        "set {setting}_USER and {setting}_PASSWORD; repeated tries may lock the account",
    ),
    Fault(("ORA-28000",), FAIL, "the account is locked", "let a DBA unlock it and see who tried wrong passwords"),
    Fault(("ORA-28001",), FAIL, "the password has expired", "change it, then set {setting}_PASSWORD"),
    Fault(("ORA-01045",), FAIL, "the user may not log in (CREATE SESSION)", GRANTS),
    Fault(
        ("ORA-28150",), FAIL, "the user may not act for the proxied one", "ALTER USER owner GRANT CONNECT THROUGH it"
    ),
    Fault(("ORA-00942", "ORA-04043"), NotReadable, "a table is not there or may not be read", GRANTS),
    Fault(("ORA-01031", "ORA-41900"), NotReadable, "a privilege is missing", GRANTS),
    Fault(
        ("ORA-00904",), SchemaRejected, "a column is gone", "bring table and data_models/data/job_columns.csv together"
    ),
    Fault(
        ("ORA-00932", "DPY-3038", "DPY-4007", "DPY-4036", "DPY-4038", "DPY-4042", "DPY-3006", "DPY-3007"),
        SchemaRejected,
        "a value or column does not fit the pinned schema",
        "bring table and data_models/data/job_columns.csv together",
    ),
    Fault(
        ("ORA-01555", "ORA-22924"),
        SnapshotLost,
        "undo no longer reaches back to the snapshot",
        "a fresh snapshot is taken; if it recurs, let a DBA raise UNDO_RETENTION or load shorter windows",
    ),
    Fault(
        ("ORA-01466", "ORA-08181", "ORA-08180"),
        SnapshotLost,
        "a table or the database has changed since the snapshot",
        "a fresh snapshot is taken; if it recurs, load while no partitions are added or dropped",
    ),
    Fault(
        ("ORA-12541", "ORA-12543", "ORA-12545", "ORA-12170", "ORA-12535", "ORA-03136", "DPY-6005", "DPY-6000"),
        RETRY,
        "no answer from the listener",
        "see that host and port in {setting}_DSN are right and that the listener is up",
    ),
    Fault(
        ("ORA-12514", "ORA-12505", "ORA-12757", "DPY-6001", "DPY-6003"),
        RETRY,
        "the listener does not know the service",
        "see its name in {setting}_DSN; a database that is starting registers it within a minute",
    ),
    Fault(
        ("ORA-12516", "ORA-12519", "ORA-12520", "ORA-00018", "ORA-00020", "ORA-02391", "ORA-12518"),
        RETRY,
        "no more sessions are allowed",
        "lower HMSF_SOURCE_SESSIONS or let a DBA raise SESSIONS_PER_USER",
    ),
    Fault(
        ("ORA-12154", "DPY-4000", "DPY-4026", "DPY-4027", "DPY-4017", "DPY-4018", "DPY-4021"),
        FAIL,
        "the DSN cannot be resolved",
        "set {setting}_DSN to host:port/service, or to an alias of tnsnames.ora in HMSF_ORACLE_CONFIG",
    ),
    Fault(
        ("ORA-28759", "ORA-28860", "ORA-29024", "DPY-6002", "DPY-6006", "DPY-6008"),
        FAIL,
        "the server's certificate is not trusted",
        "set HMSF_ORACLE_WALLET to a folder whose wallet holds its authority; see host name and DN in the DSN",
    ),
    Fault(
        ("DPY-3001", "DPY-3010", "DPY-3015", "ORA-28040", "ORA-12660"),
        FAIL,
        "thin mode cannot talk to this server",
        "set HMSF_ORACLE_CLIENT to Oracle's client libraries (thick mode)",
    ),
    Fault(
        ("DPI-1047", "DPI-1072"),
        FAIL,
        "thick mode cannot start",
        "set HMSF_ORACLE_CLIENT to the folder of Oracle's client libraries; on Linux ldconfig or LD_LIBRARY_PATH has "
        "to name it too, before Python starts",
    ),
    Fault(
        ("DPY-2017", "DPY-2019", "DPY-2053"),
        FAIL,
        "a process has one mode and one set of client libraries",
        "set HMSF_ORACLE_CLIENT and HMSF_ORACLE_CONFIG before its first connect and leave them",
    ),
    Fault(
        ("ORA-00028", "ORA-00031"),
        RETRY,
        "a DBA or the resource manager has ended the session",
        "ask the DBA before more",
    ),
    Fault(
        ("ORA-00040", "ORA-07455"),
        FAIL,
        "the resource manager allows no statement that runs as long",
        "load shorter windows, or let a DBA raise the limits of its consumer group; a retry costs the same again",
    ),
    Fault(
        ("ORA-02392", "ORA-02393", "ORA-02394", "ORA-02395"),
        FAIL,
        "a statement needed more CPU or reads than the user's profile allows",
        "load shorter windows, or let a DBA raise CPU_PER_CALL, CPU_PER_SESSION and LOGICAL_READS_PER_CALL, _SESSION",
    ),
    Fault(
        ("ORA-02396", "ORA-02399", "DPY-4033"),
        RETRY,
        "the session was ended by the limits of the user's profile",
        "let a DBA raise IDLE_TIME and CONNECT_TIME",
    ),
    Fault(
        ("ORA-01033", "ORA-01034", "ORA-01035", "ORA-01089", "ORA-01090", "ORA-01092", "ORA-12528"),
        RETRY,
        "the database is starting, stopping or restricted",
        "wait until it is open",
    ),
    Fault(
        ("ORA-03172",),
        RETRY,
        "the standby is too far behind its primary",
        "wait until it has caught up; if it recurs, let a DBA look at its redo apply, or read from the primary",
    ),
    Fault(
        ("ORA-16000",),
        FAIL,
        "the database is open for reading only, and the session had to write",
        "HMSF writes nothing: let a DBA look at log-on triggers and auditing of its user",
    ),
    Fault(
        ("DPY-4011", "DPY-1001", "ORA-01012", "ORA-03113", "ORA-03114", "ORA-03135", "ORA-12537", "ORA-12571"),
        RETRY,
        "the session was lost",
        "see the network and the database's alert log",
    ),
    Fault(
        ("DPY-5000", "DPY-5001", "DPY-5002", "DPY-5003", "DPY-5004", "DPY-5006", "DPY-5015", "DPY-4035"),
        RETRY,
        "the server's answer cannot be read",
        "see that nothing between here and the server changes the stream",
    ),
    Fault(
        ("DPY-4024", "DPI-1067", "ORA-01013", "ORA-03156"),
        RETRY,
        "no answer in time",
        "raise HMSF_ORACLE_CALL_SECONDS, load shorter windows, or let a DBA look at the plan",
    ),
    Fault(
        ("ORA-01652",),
        RETRY,
        "temporary tablespace is full",
        "load shorter windows or let a DBA extend it",
    ),
    Fault(
        ("ORA-00376", "ORA-01110", "ORA-01115", "ORA-01116", "ORA-01157", "ORA-01578", "ORA-26040"),
        FAIL,
        "a data file is offline or damaged",
        "let a DBA bring the tablespace back",
    ),
    Fault(("ORA-00257",), RETRY, "the archiver is stuck", "let a DBA free space for archived logs"),
    Fault(("ORA-04030", "ORA-04031", "ORA-04036"), RETRY, "the server is out of memory", "lower HMSF_SOURCE_SESSIONS"),
    Fault(("ORA-00600", "ORA-07445"), RETRY, "internal error of the database", "show the DBA the trace if it recurs"),
)
BY_CODE = {code: fault for fault in FAULTS for code in fault.codes}
UNKNOWN = Fault((), RETRY, "error", "look the code up; if a retry gives it again, ask the DBA")
# These repeat the connect string, which may hold a password.
NOT_QUOTED = frozenset({"DPY-4017", "DPY-4018"})
CODE = re.compile(r"\b(?:ORA-\d{5}|DP[YI]-\d{4})\b")
CERTIFICATE = re.compile(r"certificate verify failed|SSLCertVerificationError")


def explained(error: oracledb.Error, where: str, setting: str, secrets: Iterable[str]) -> SourceError:
    """The driver's error as one that says what to do; `setting` is the prefix of the database's settings.

    Errors come wrapped in others; the innermost that is known decides. Secrets never get into the text.
    """
    text = driver_text(error)
    code = deciding_code(text)
    fault = BY_CODE.get(code, UNKNOWN)
    if CERTIFICATE.search(text):
        fault = BY_CODE["DPY-6006"]
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    quoted = code if code in NOT_QUOTED else text
    return fault.raises(f"{where}: {fault.words}; {fault.remedy.format(setting=setting)} ({quoted})")


def driver_text(error: oracledb.Error) -> str:
    """The error's text on one line, without the driver's links."""
    lines = [line.strip() for line in str(error).splitlines()]
    return " ".join(line for line in lines if line and not line.startswith("Help:"))


def deciding_code(text: str) -> str:
    """The last known code in an error's text, else the first one, else nothing."""
    codes = CODE.findall(text)
    known = [code for code in codes if code in BY_CODE]
    return (known[-1:] or codes[:1] or [""])[0]
