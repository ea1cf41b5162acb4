import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
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
