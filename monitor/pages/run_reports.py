"""Run reports of loads: pages that the archive's steps left beside their staged rows (report.html)."""

from __future__ import annotations

import base64
import hashlib
import logging
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from pyarrow import fs

from data_models import settings
from monitor.pages.reading_allowed import sign_in_first

# As staging names its folders: none of them leads out of the root.
LOAD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,180}")
EXTRACTION = re.compile(r"[0-9a-f]{12}")
STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
LARGEST_BYTES = 20 * 2**20
log = logging.getLogger(__name__)


@require_safe
def run_report(request: HttpRequest, load: str, extraction: str) -> HttpResponse:
    """A report as it is, in a sandbox: it may style itself by the one style it has, and do nothing else."""
    if refused := sign_in_first(request):
        return refused
    if not (LOAD.fullmatch(load) and EXTRACTION.fullmatch(extraction)):
        raise Http404("no load or extraction is called so")
    text = stored(f"{load}/{extraction}/report.html")
    styles = " ".join(f"'sha256-{digest(style)}'" for style in STYLE.findall(text)) or "'none'"
    response = HttpResponse(text, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles}; img-src data:; frame-ancestors 'none'; sandbox"
    )
    return response


def digest(style: bytes) -> str:
    """The SHA-256 of a style, as policies name it."""
    return base64.b64encode(hashlib.sha256(style).digest()).decode()


def stored(path: str) -> bytes:
    """A file below HMSF_STAGING, a folder or an hdfs:// or s3a:// address. Raises Http404 where it cannot be read."""
    root = settings.text("HMSF_STAGING").rstrip("/")
    try:
        system, folder = fs.FileSystem.from_uri(re.sub(r"^s3[an]://", "s3://", root))
        with system.open_input_stream(f"{folder}/{path}") as file:
            return file.read(LARGEST_BYTES)
    except FileNotFoundError as error:
        raise Http404("the report is not there: old loads are tidied away") from error
    except (OSError, ValueError, ImportError) as error:
        log.warning("run report %s: %s", path, error)
        raise Http404("the staged files cannot be read from here") from error
