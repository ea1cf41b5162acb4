import logging
import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.urls import get_resolver
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinktank.settings")


class Request(WSGIRequest):
    """Address and form are UTF-8. Django would read them by the charset of Content-Type as soon as the request is made,

    before any middleware that could answer what fails in it, and no cache knows that header.
    """

    def _set_content_type_params(self, meta):
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            self.content_type, self.content_params = "", {"charset": "unreadable"}  # refused by RefuseMalformed


class Application(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Application()


def warm():
    """Read addresses, and what lists and suggestions keep in memory, before the first reader comes.

    Not in a thread: gunicorn forks its workers after this, and a lock that a thread holds then is never released in them.
    """
    from analyses import counts, holdings, titles

    from .languages import codes

    get_resolver().url_patterns  # noqa: B018, a property that imports every view
    try:
        for code in codes():
            titles.current(code, holdings.current(code, counts.settle_due(code)))
    except Exception as error:  # no database yet, or no tables: the first reader will read it
        logging.getLogger(__name__).info("Lists were not read beforehand: %s", error)
    finally:
        connection.close()


warm()
