"""Clients of the monitor that ask one question after the other, over a connection each, timed by the client."""

from __future__ import annotations

import http.client
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from urllib.parse import urlsplit

from bench.latency import Latency
from bench.monitor_questions import Question

SECONDS_A_QUESTION = 60


class Refusal(RuntimeError):
    """The monitor did not answer a question."""


def ask(connection: http.client.HTTPConnection, question: Question) -> float:
    """Ask; milliseconds. Raises Refusal."""
    begun = time.perf_counter()
    connection.request("GET", question.address)
    response = connection.getresponse()
    body = response.read()
    took = (time.perf_counter() - begun) * 1000
    if response.status != http.client.OK:
        raise Refusal(f"{question.address}: {response.status} {body[:300].decode(errors='replace')}")
    return took


def connect(base: str) -> http.client.HTTPConnection:
    """A connection that is kept."""
    return http.client.HTTPConnection(urlsplit(base).netloc, timeout=SECONDS_A_QUESTION)


def crowd(base: str, questions: Sequence[Iterator[Question]], seconds: float, pause: float) -> Mapping[str, Latency]:
    """A client for each of some endless lists of questions, for some seconds; `pause`: mean seconds between an answer
    and the next question. Latencies by title. Raises Refusal."""
    end = time.monotonic() + seconds

    def one(asked: Iterable[Question], seed: int) -> list[tuple[str, float]]:
        # Pauses of one seed would be the same for all: clients that ask in step are no crowd.
        connection, draw, times = connect(base), random.Random(seed), []
        for question in asked:
            time.sleep(draw.uniform(0, 2 * pause))
            if time.monotonic() > end:
                return times
            times.append((question.title, ask(connection, question)))
        return times

    with ThreadPoolExecutor(len(questions)) as pool:
        return by_title(item for times in pool.map(one, questions, range(len(questions))) for item in times)


def alone(base: str, questions: Iterator[Question], number: int) -> Mapping[str, Latency]:
    """One client that asks some questions. Raises Refusal."""
    connection = connect(base)
    return by_title((question.title, ask(connection, question)) for question in islice(questions, number))


def by_title(times: Iterable[tuple[str, float]]) -> dict[str, Latency]:
    """Latencies by title, in the order of titles."""
    found: dict[str, list[float]] = defaultdict(list)
    for title, milliseconds in times:
        found[title].append(milliseconds)
    return {title: Latency(tuple(found[title])) for title in sorted(found)}
