"""How many requests a client, known by its address, may make; 429 with Retry-After beyond."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from ipaddress import ip_address
from threading import Lock

from django.http import HttpRequest, HttpResponse, JsonResponse
from limits import parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from data_models import settings

# What costs nothing to serve: static files, and whether this process is alive.
STATIC, ALIVE = "/static/", "/health/"
# Where passwords are tried.
PASSWORDS = ("/login/", "/account/password/")


class RateLimitMiddleware:
    """Counts the requests of a client in HMSF_MONITOR_RATE_STORE; passwords have a limit of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """By the settings HMSF_MONITOR_RATE and HMSF_MONITOR_SIGN_IN_RATE."""
        self._get_response = get_response
        self._rate = parse(settings.text("HMSF_MONITOR_RATE"))
        self._sign_in_rate = parse(settings.text("HMSF_MONITOR_SIGN_IN_RATE"))
        self._proxies = settings.number("HMSF_MONITOR_PROXIES")
        storage = storage_from_string(settings.text("HMSF_MONITOR_RATE_STORE"))
        self._limiter = FixedWindowRateLimiter(storage)
        # Two threads that find its timer over at once both start the new one, which one of them may not (limits 5.8).
        self._counting = Lock() if isinstance(storage, MemoryStorage) else nullcontext()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse with 429."""
        if request.path.startswith(STATIC) or request.path == ALIVE:
            return self._get_response(request)
        signing_in = request.method == "POST" and request.path in PASSWORDS
        rate = self._sign_in_rate if signing_in else self._rate
        key = ("sign-in" if signing_in else "all", address_of(request, self._proxies))
        with self._counting:
            allowed = self._limiter.hit(rate, *key)
        if not allowed:
            seconds = max(1, round(self._limiter.get_window_stats(rate, *key).reset_time - time.time()))
            told = {
                "error": f"too many requests: {rate} are allowed",
                "parameter": None,
                "remedy": f"wait {seconds} s; ask for longer windows less often",
            }
            return JsonResponse(told, status=429, headers={"Retry-After": str(seconds)})
        return self._get_response(request)


def address_of(request: HttpRequest, proxies: int) -> str:
    """The client's address, as the last so many trusted proxies tell it; of IPv6 the network of 64 bits."""
    address = request.META.get("REMOTE_ADDR", "")
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(told) >= proxies:
        address = told[-proxies]
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else parsed.exploded[:19]
