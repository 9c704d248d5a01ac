"""Responses: JSON or CSV; where the ledger can say that nothing has changed, with an ETag, and kept until then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from cachetools import LRUCache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from data_models import settings
from data_models.ask_output import csv_of, written
from data_models.error_dictionary import VERSION as DICTIONARY_VERSION
from data_models.reading.answer import Answer
from data_models.reading.coverage import Coverage
from data_models.reading.parts import Parts
from data_models.version import MODEL_VERSION
from data_models.window import Window, format_time
from monitor.api.asking import Asking, put
from monitor.api.parameters import Shape
from monitor.api.provenance import Circumstances, pieces
from monitor.api.rows import Page, columns_of, harmless, page_of, picked
from monitor.store import AWAY, STORE, AwayArchive

KEPT_BYTES = 64 * 2**20
JSON, CSV = "application/json", "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Kept:
    """A response that is right as long as the ledger says what it said."""

    parts: Parts | None
    body: bytes
    etag: str


def size_of(kept: Kept) -> int:
    """Bytes of a kept response, roughly: with its text, the write times of its hours."""
    parts = (kept.parts.told, kept.parts.known) if kept.parts else ()
    return len(kept.body) + 1000 + 100 * sum(len(known.verified) + len(known.refreshing) for known in parts)


_kept: LRUCache = LRUCache(KEPT_BYTES, getsizeof=size_of)
_lock = Lock()


def respond(request: HttpRequest, asking: Asking, shape: Shape) -> HttpResponse:
    """The answer to a question in the shape that is asked for, or 304 where the client has it."""
    given = (asking.arguments, asking.keep, {"text": asking.text, "hide": asking.hide}, shape.dict())
    key = (asking.name, request.path, *map(frozen, given))
    kept = still_right(key)
    if kept is None:
        answer, around = put(asking)
        kept = Kept(answer.parts, body_of(request, asking, shape, answer, around), "")
        if depends_on_ledger_only(answer, around):
            kept = Kept(answer.parts, kept.body, etag_of(key, answer.parts))
            with _lock:
                _kept[key] = kept
    return response_of(request, kept, shape.format)


def forget() -> None:
    """Keep nothing of what was answered so far."""
    with _lock:
        _kept.clear()


def still_right(key: tuple) -> Kept | None:
    """What was answered before, if the ledger still says the same."""
    with _lock:
        kept = _kept.get(key)
    if kept is None:
        return None
    archive = STORE.archive()
    if isinstance(archive, AwayArchive):
        return None
    parts = kept.parts
    try:
        told = archive.ledger.known(parts.table, parts.daily, parts.told.period)
    except AWAY as error:
        # Whether it is still right nobody can tell: the question is put, and what is live is answered.
        STORE.cassandra_failed(error)
        return None
    return kept if told == parts.told else None


def depends_on_ledger_only(answer: Answer, around: Circumstances) -> bool:
    """Whether the same will be answered until the ledger changes: all of it is verified, or too old to be live."""
    coverage = answer.coverage
    return not (coverage.live or coverage.refreshing or around.cassandra_away or lacks_live(coverage, around))


def lacks_live(coverage: Coverage, around: Circumstances) -> bool:
    """Whether hours that PanDA's database still has are neither verified nor counted from it."""
    return any(gap.end > around.reach.start for gap in (*coverage.missing, *coverage.refreshing))


def etag_of(key: tuple, parts: Parts) -> str:
    """The ETag of an answer: of the question, the vector of write times it rests on and the dictionary whose words are
    joined to it. The same in all processes."""
    told = parts.told
    vector = (sorted(told.days.items()), sorted(told.verified.items()), MODEL_VERSION, DICTIONARY_VERSION)
    return f'"{hashlib.sha256(repr((key, vector)).encode()).hexdigest()[:32]}"'


def response_of(request: HttpRequest, kept: Kept, form: str) -> HttpResponse:
    """The response, or 304."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if kept.etag and (kept.etag in known or f"W/{kept.etag}" in known):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(kept.body, content_type=CSV if form == "csv" else JSON)
    if kept.etag:
        response["ETag"] = kept.etag
        response["Cache-Control"] = "private, no-cache"
    else:
        response["Cache-Control"] = f"private, max-age={settings.number('HMSF_LIVE_SECONDS')}"
    patch_vary_headers(response, ("Cookie", "Authorization"))
    if form == "csv":
        response["Content-Disposition"] = f'attachment; filename="{request.path.strip("/").split("/")[-1]}.csv"'
    return response


def body_of(request: HttpRequest, asking: Asking, shape: Shape, answer: Answer, around: Circumstances) -> bytes:
    """The answer as text."""
    listed = "page" in asking.arguments
    if listed:
        page = Page(picked(answer.rows, shape.fields), len(answer.rows), {})
    else:
        page = page_of(answer.rows, answer.parts.table, shape, asking)
    if shape.format == "csv":
        return csv_body(page.rows)
    period = answer.coverage.period
    told = {
        "question": asking.name,
        "window": {"start": format_time(period.start), "end": format_time(period.end)},
        "complete": answer.coverage.complete,
        "parts": pieces(answer.parts, around),
        "columns": columns_of(page.rows),
        "rows": written(page.rows).to_pylist(),
        "total": None if listed else page.total,
        "totals": page.totals,
        "next": next_page(request, period, shape, answer, None if listed else page.total),
        "notes": notes(answer.coverage, around),
    }
    return as_json(told)


def csv_body(rows: pa.Table) -> bytes:
    """Rows as CSV that a spreadsheet may open."""
    return csv_of(harmless(rows)).encode() + b"\n"


def csv_response(request: HttpRequest, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Rows that are no answer to a question of the archive, as a CSV file with these columns."""
    table = pa.table({name: [row[name] for row in rows] for name in names})
    return response_of(request, Kept(None, csv_body(table), ""), "csv")


def unchanging(request: HttpRequest, told: Mapping[str, Any]) -> HttpResponse:
    """A response with the ETag of its content, or 304."""
    body = as_json(told)
    kept = Kept(None, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    return response_of(request, kept, "json")


def as_json(told: Mapping[str, Any]) -> bytes:
    """JSON, compact; what it has no type for as text."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")


def next_page(request: HttpRequest, period: Window, shape: Shape, answer: Answer, total: int | None) -> str | None:
    """The address of the next page, with a window that stays where it is."""
    if total is None:
        more = {"after": answer.next} if answer.next else {}
    else:
        more = {"offset": str(shape.offset + shape.limit)} if shape.offset + shape.limit < total else {}
    if not more:
        return None
    asked = {name: value for name, value in request.GET.items() if name not in ("hours", "days")}
    edges = {"date_from": format_time(period.start), "date_to": format_time(period.end)}
    return f"{request.path}?{urlencode(asked | edges | more)}"


def notes(coverage: Coverage, around: Circumstances) -> list[str]:
    """What was in the way. That PanDA's database is away matters only where it would have been asked."""
    told = []
    if around.cassandra_away:
        told.append("the archive does not answer: only recent hours are counted, from PanDA's database")
    if around.panda_away and lacks_live(coverage, around):
        told.append("PanDA's database does not answer: only archived hours are counted")
    return told


def frozen(values: Mapping[str, object]) -> tuple:
    """Arguments as a key."""
    return tuple(sorted((name, str(value)) for name, value in values.items()))
