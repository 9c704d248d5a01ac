"""Errors of Oracle and its driver in the operator's words: retry or fail, code and remedy, never a secret."""

from __future__ import annotations

from collections import Counter

import oracledb
import pytest
from oracledb.errors import _Error

from data_models.panda_sql.errors import (
    SchemaRejected,
    SnapshotLost,
    SourceConfigurationError,
    SourceError,
    SourceUnavailable,
)
from data_models.panda_sql.oracle_errors import BY_CODE, FAULTS, NotReadable, deciding_code, explained


def from_server(code: int, text: str) -> oracledb.DatabaseError:
    """The error as the driver makes it of a server's answer."""
    return oracledb.DatabaseError(_Error(f"ORA-{code:05}: {text}", code=code))


def in_words(error: oracledb.Error) -> SourceError:
    """What the source makes of it."""
    return explained(error, "Oracle reader@db/panda", "HMSF_ORACLE", ("tr0ub4dor", ""))


@pytest.mark.parametrize(
    ("code", "text", "kind", "remedy"),
    [
        (1017, "invalid username/password; logon denied", SourceConfigurationError, "HMSF_ORACLE_PASSWORD"),
        (28000, "the account is locked", SourceConfigurationError, "unlock"),
        (28001, "the password has expired", SourceConfigurationError, "change it"),
        (1045, "user lacks CREATE SESSION privilege", SourceConfigurationError, "oracle_grants.sql"),
        (942, "table or view does not exist", NotReadable, "oracle_grants.sql"),
        (1031, "insufficient privileges", NotReadable, "oracle_grants.sql"),
        (904, '"NUCLEUS": invalid identifier', SchemaRejected, "job_columns.csv"),
        (1555, "snapshot too old", SnapshotLost, "UNDO_RETENTION"),
        (1466, "unable to read data - table definition has changed", SnapshotLost, "fresh snapshot"),
        (8181, "specified number is not a valid system change number", SnapshotLost, "fresh snapshot"),
        (28, "your session has been killed", SourceUnavailable, "ask the DBA"),
        (3113, "end-of-file on communication channel", SourceUnavailable, "network"),
        (1033, "ORACLE initialization or shutdown in progress", SourceUnavailable, "open"),
        (2391, "exceeded simultaneous SESSIONS_PER_USER limit", SourceUnavailable, "HMSF_SOURCE_SESSIONS"),
        (1652, "unable to extend temp segment by 128 in tablespace TEMP", SourceUnavailable, "shorter windows"),
        (40, "active time limit exceeded - call aborted", SourceConfigurationError, "consumer group"),
        (7455, "estimated execution time (900 secs), exceeds limit (60 secs)", SourceConfigurationError, "shorter"),
        (2392, "exceeded session limit on CPU usage, you are being logged off", SourceConfigurationError, "CPU_PER"),
        (2393, "exceeded call limit on CPU usage", SourceConfigurationError, "CPU_PER_CALL"),
        (2394, "exceeded session limit on IO usage, you are being logged off", SourceConfigurationError, "READS_PER"),
        (2395, "exceeded call limit on IO usage", SourceConfigurationError, "LOGICAL_READS_PER_CALL"),
        (3172, "STANDBY_MAX_DATA_DELAY of 60 seconds exceeded", SourceUnavailable, "caught up"),
        (16000, "database or pluggable database open for read-only access", SourceConfigurationError, "triggers"),
        (376, "file 5 cannot be read at this time", SourceConfigurationError, "tablespace"),
        (54321, "something nobody has heard of", SourceUnavailable, "look the code up"),
    ],
)
def test_a_server_s_error_says_whether_to_retry_and_what_to_do(
    code: int, text: str, kind: type[SourceError], remedy: str
) -> None:
    error = in_words(from_server(code, text))
    assert type(error) is kind
    assert remedy in str(error)
    assert f"ORA-{code:05}" in str(error)
    assert str(error).startswith("Oracle reader@db/panda: ")
    assert "docs.oracle.com" not in str(error)


def test_the_innermost_known_code_decides() -> None:
    wrapped = from_server(12801, "error signaled in parallel query server P001\nORA-01555: snapshot too old")
    assert type(in_words(wrapped)) is SnapshotLost
    unknown = "DPY-6005: cannot connect to database (CONNECTION_ID=x).\nDPY-6001: Service is not registered"
    assert deciding_code(unknown) == "DPY-6001"
    assert deciding_code("ORA-54321: one ORA-54322: other") == "ORA-54321"
    assert deciding_code("no code at all") == ""


def test_a_certificate_that_is_not_trusted_is_no_server_that_is_away() -> None:
    text = "DPY-6005: cannot connect to database.\n[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"
    error = in_words(oracledb.OperationalError(_Error(text)))
    assert type(error) is SourceConfigurationError
    assert "HMSF_ORACLE_WALLET" in str(error)


def test_client_libraries_that_the_system_does_not_find_have_a_remedy() -> None:
    error = in_words(oracledb.DatabaseError(_Error('DPI-1047: Cannot locate a 64-bit Oracle Client library: "libnnz"')))
    assert type(error) is SourceConfigurationError
    assert "LD_LIBRARY_PATH" in str(error)


def test_secrets_and_connect_strings_are_not_repeated() -> None:
    assert "tr0ub4dor" not in str(in_words(from_server(20001, "user reader gave tr0ub4dor")))
    text = 'DPY-4018: cannot parse connect string "reader/other_secret@db"'
    assert "other_secret" not in str(in_words(oracledb.DatabaseError(_Error(text))))


def test_no_code_has_two_meanings() -> None:
    assert max(Counter(code for fault in FAULTS for code in fault.codes).values()) == 1
    assert len(BY_CODE) == sum(len(fault.codes) for fault in FAULTS)
