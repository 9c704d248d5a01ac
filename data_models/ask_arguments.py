"""The command line of each question, made from its function's signature and docstring."""

from __future__ import annotations

import argparse
import inspect
import types
import typing
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from data_models.reading.answer import Answer
from data_models.window import WindowError, format_time, parse_time

Question = Callable[..., Answer]
# What the arguments of questions mean; a name that reads badly on a command line has another there.
MEANINGS = {
    "start": "begin of the period, such as 2026-07-01 or 2026-07-01T10:00Z (full hours, UTC)",
    "end": "its end, which is not in it",
    "site": "PanDA queue (COMPUTINGSITE); '(unknown)' for jobs without one",
    "user": "user (PRODUSERNAME)",
    "task": "task (JEDITASKID)",
    "request": "request (REQID)",
    "node": "worker node; '(unknown)' for jobs without one",
    "component": "component that set the code, such as pilot",
    "code": "its error code",
    "group": "id of a group of messages",
    "pandaid": "PANDAID",
    "kind": "what is looked for",
    "beginning": "how the name begins",
    "jobstatus": "final state: finished, failed, cancelled or closed",
    "by": "columns that rows are grouped by, with commas",
    "figures": "figures of the rows, with commas (default: all that can be summed so)",
    "page": "jobs a page",
    "after": "where the page before said to go on",
}
OPTIONS = {"start": "--from", "end": "--to"}


def command_name(question: Question) -> str:
    """`errors_by_site` is asked as errors-by-site."""
    return question.__name__.replace("_", "-")


def add_command(
    commands: argparse._SubParsersAction, question: Question, parents: Sequence[argparse.ArgumentParser]
) -> None:
    """Add the sub-command of a question to argparse's sub-parsers."""
    told = inspect.getdoc(question) or ""
    command = commands.add_parser(
        command_name(question),
        help=told.partition("\n")[0],
        description=told,
        parents=parents,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(question=question)
    hints = typing.get_type_hints(question)
    for parameter in parameters(question):
        add_option(command, parameter, hints[parameter.name])


def parameters(question: Question) -> list[inspect.Parameter]:
    """What a question takes beside the archive."""
    return list(inspect.signature(question).parameters.values())[1:]


def add_option(command: argparse.ArgumentParser, parameter: inspect.Parameter, hint: object) -> None:
    """Add the option of one parameter."""
    required = parameter.default is inspect.Parameter.empty
    default = None if required else parameter.default
    meaning = MEANINGS[parameter.name]
    if default not in (None, "") and parameter.name != "figures":
        meaning += f" (default: {','.join(default) if isinstance(default, tuple) else default})"
    command.add_argument(
        OPTIONS.get(parameter.name, f"--{parameter.name}"),
        dest=parameter.name,
        required=required,
        default=default,
        help=meaning,
        **reader(hint),
    )


def reader(hint: object) -> dict[str, Any]:
    """How argparse reads a value of a type; the None of an optional one is its default."""
    if isinstance(hint, types.UnionType):
        [hint] = [one for one in typing.get_args(hint) if one is not type(None)]
    if typing.get_origin(hint) is Literal:
        return {"choices": typing.get_args(hint)}
    return {
        str: {"type": str, "metavar": "TEXT"},
        int: {"type": int, "metavar": "N"},
        datetime: {"type": moment, "metavar": "TIME"},
        Sequence[str]: {"type": names, "metavar": "NAMES"},
    }[hint]


def moment(text: str) -> datetime:
    """A time for argparse."""
    try:
        return parse_time(text)
    except WindowError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def names(text: str) -> tuple[str, ...]:
    """Names with commas between; an empty text is no names."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def asked(options: argparse.Namespace) -> dict[str, Any]:
    """The arguments of the question out of the options."""
    return {parameter.name: getattr(options, parameter.name) for parameter in parameters(options.question)}


def shown(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments as they can be written."""
    return {name: format_time(value) if isinstance(value, datetime) else value for name, value in arguments.items()}
