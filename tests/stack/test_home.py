"""The home folder: made, locked, and refused with a clear message."""

from __future__ import annotations

from pathlib import Path

import pytest

from stack.errors import StackError
from stack.home import Home


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where a folder belongs")
    with pytest.raises(StackError, match=f"cannot write to folder {tmp_path / 'logs'} .*HMSF_HOME"):
        Home(tmp_path).make()


def test_folders_with_passwords_are_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "new" / "home")
    home.make()
    assert {folder.stat().st_mode & 0o777 for folder in (home.data, home.run, home.logs)} == {0o700}


def test_a_second_command_waits_then_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    other = home.locked(patience=0.3)
    with home.locked(), pytest.raises(StackError, match="another stack command is still at work"):
        other.__enter__()
    with home.locked(patience=0.3):
        pass


def test_delete_keeps_what_is_not_the_stacks(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    (tmp_path / "jars").mkdir()
    (tmp_path / "staging").mkdir()
    home.delete()
    assert [path.name for path in tmp_path.iterdir()] == ["jars"]
