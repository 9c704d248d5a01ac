"""What the machine lacks is one line on stderr and exit code 1, and nothing is started."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from stack import __main__ as program
from stack import cassandra, servers


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """A function that runs `up` with the given settings in a new home and gives its complaint."""

    def run(**environment: str) -> str:
        for name, value in ({"HMSF_HOME": str(tmp_path)} | environment).items():
            monkeypatch.setenv(name, value)
        assert program.main(["up"]) == 1
        assert {server.state for server in servers.status()} == {"down"}
        (line,) = capsys.readouterr().err.splitlines()
        return line

    return run


def test_too_little_memory(refusal) -> None:
    line = refusal(HMSF_STACK_CASSANDRA_HEAP="90000G")
    assert "MB of memory are free, the stack needs 92161250" in line
    assert "lower HMSF_STACK_CASSANDRA_HEAP" in line


def test_a_heap_that_is_no_size(refusal) -> None:
    assert refusal(HMSF_STACK_CASSANDRA_HEAP="much").endswith(
        "HMSF_STACK_CASSANDRA_HEAP='much': give a size such as 1G or 768M"
    )


def test_too_little_disk(refusal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "DISK_MEGABYTES", 10**9)
    assert "MB of free disk, the stack needs 1000000000: make room" in refusal()


def test_no_jars(refusal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cassandra, "CASSANDRA_JARS", tmp_path / "jars")
    assert refusal().endswith(f"the Cassandra jars are missing in {tmp_path / 'jars'}: run `make setup`")


def test_no_java(refusal) -> None:
    assert "there is no java in JAVA_HOME=/nowhere: install JDK 17" in refusal(JAVA_HOME="/nowhere")


def test_java_8(refusal, tmp_path: Path) -> None:
    java = tmp_path / "jdk" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_452\"' >&2\n")
    java.chmod(0o755)
    assert 'gives openjdk version "1.8.0_452", but Cassandra 5.0 and' in refusal(JAVA_HOME=str(tmp_path / "jdk"))


@pytest.mark.parametrize("setting", ["HMSF_STACK_PG_PORT", "HMSF_STACK_CASSANDRA_PORT"])
def test_port_taken(refusal, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        assert f"port {port} ({setting}) cannot be had" in refusal(**{setting: port})


def test_a_home_below_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HMSF_HOME", "/dev/null/home")
        for command in ("up", "status"):
            assert program.main([command]) == 1
            (line,) = capsys.readouterr().err.splitlines()
            assert "/dev/null/home" in line
            assert "HMSF_HOME" in line


def test_a_port_that_is_no_number(refusal) -> None:
    assert "HMSF_STACK_PG_PORT='x': give a whole number" in refusal(HMSF_STACK_PG_PORT="x")
