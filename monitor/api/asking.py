"""A question put to the store: from both databases, or from one while the other is away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from data_models.panda_sql.errors import SourceBusy, SourceError
from data_models.reading.answer import Answer
from monitor.api.problems import Refused
from monitor.api.provenance import Circumstances
from monitor.store import AWAY, STORE, AwayArchive

TRIES = 3
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asking:
    """A question of `data_models.questions` with its arguments; `keep`: values that columns of its rows must have, and
    which are then left out of them where they are in `hide`; `text`: what a row's messages must contain."""

    question: Callable[..., Answer]
    arguments: Mapping[str, Any]
    keep: Mapping[str, object] = field(default_factory=dict)
    hide: tuple[str, ...] = ()
    text: str | None = None

    @property
    def name(self) -> str:
        """The question's name."""
        return self.question.__name__


def put(asking: Asking) -> tuple[Answer, Circumstances]:
    """The answer, and what was in its way. Raises QuestionRefused, or Refused (503) where neither database answers."""
    busy = False
    for _ in range(TRIES):
        archive = STORE.archive()
        if busy:
            archive.live = None
        away = isinstance(archive, AwayArchive)
        if away and archive.live is None:
            break
        arguments = dict(asking.arguments)
        if away and "start" in arguments and arguments["start"] is None:
            # What was before nobody can tell now.
            arguments |= {"start": archive.live.reach.start, "end": archive.live.reach.end}
        try:
            answer = asking.question(archive, **arguments)
        except SourceBusy as error:
            # Only this question goes without live hours: the database is well.
            log.warning("%s", error)
            busy = True
        except SourceError as error:
            STORE.panda_failed(error)
        except AWAY as error:
            if away:
                raise
            STORE.cassandra_failed(error)
        else:
            return answer, Circumstances(away, archive.live is None, STORE.live.reach)
    raise Refused("neither the archive nor PanDA's database answers", "try again in a minute", status=503)
