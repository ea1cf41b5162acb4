"""Nobody may hold every thread of a process: who goes on asking for several lists at once is told to wait (429).

Counted is in each process alone, in memory: no query, no cookie, nothing to clean up. One list after the other, however fast, is
nobody's harm, and neither are several at once for a moment. What a cache keeps in front of the site never comes here.
"""

from contextlib import contextmanager
from functools import wraps
from threading import Lock
from time import monotonic

from django.shortcuts import render
from django.utils.translation import gettext as _

from . import chrome
from .audit import client_address

AT_ONCE = 2  # requests of one address in a process that may be under way together, as long as it likes
FURTHER = 60  # that may join them before it is too much
FORGIVEN = 5  # of those, a second
RETRY = 10  # seconds
MOST_CLIENTS = 10_000  # that are remembered

_clients = {}  # address -> [under way, further ones, when they were last counted]
_counting = Lock()


def one_among_many(view):
    """A view whose answers cost more than others; an address without a query string is free."""

    @wraps(view)
    def limited(request, *args, **kwargs):
        if not request.GET:
            return view(request, *args, **kwargs)
        with _counted(client_address(request)) as is_welcome:
            return view(request, *args, **kwargs) if is_welcome else _too_many(request)

    return limited


@contextmanager
def _counted(address):
    with _counting:
        if len(_clients) > MOST_CLIENTS:
            _forget()
        client = _clients.setdefault(address, [0, 0.0, monotonic()])
        is_welcome = _may_come(client)
        client[0] += is_welcome
    try:
        yield is_welcome
    finally:
        with _counting:
            client[0] -= is_welcome
            if not client[0] and not client[1]:
                _clients.pop(address, None)


def _may_come(client):
    under_way, further, then = client
    client[2] = monotonic()
    client[1] = max(0.0, further - FORGIVEN * (client[2] - then))
    if under_way < AT_ONCE:
        return True
    if client[1] >= FURTHER:
        return False
    client[1] += 1
    return True


def _forget():
    now = monotonic()
    for address, (under_way, further, then) in list(_clients.items()):
        if not under_way and further <= FORGIVEN * (now - then):
            del _clients[address]


def _too_many(request):
    context = {"page": chrome.page(_("Too many requests at once"), {}, noindex=True), "footer_pages": []}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(RETRY)
    response["Cache-Control"] = "private, no-store"
    return response
