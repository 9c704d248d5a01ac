"""The code blocks of a document, run one after the other, and what each of them prints."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cassandra.cluster import Session

from data_models.model_example import example_answer

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"```(sh|python|sql)\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block, and the answer that is written below it."""

    language: str
    code: str
    answer: str


def blocks(document: Path) -> Iterator[Block]:
    """The blocks that have an answer, in order."""
    for language, code, answer in BLOCK.findall(document.read_text(encoding="utf-8")):
        yield Block(language, code, answer)


def run(block: Block, session: Session, names: dict[str, Any]) -> str:
    """Run a block and return what it prints; `names` are those of the Python blocks before, and get its own."""
    match block.language:
        case "sql":
            return example_answer(session, block.code.strip().removesuffix(";")) + "\n"
        case "sh":
            words = shlex.split(block.code)
            assert words[0] == "python"
            done = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
            return done.stdout + done.stderr
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block.code, "docs/reading.md", "exec"), names)
    return printed.getvalue()
