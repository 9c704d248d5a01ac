"""The monitor served on a free port of 127.0.0.1 from this process, with the pages as they are built."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


class Quiet(WSGIRequestHandler):
    """Writes no log of its own."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: pytest shows what fails."""


@contextmanager
def served_monitor() -> Iterator[str]:
    """Gives its address, without a slash at the end. Static files come from where they are built."""
    with override_settings(STORAGES=PLAIN, WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.set_app(get_wsgi_application())
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
