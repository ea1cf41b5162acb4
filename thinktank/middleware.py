"""What every request passes: nothing malformed goes in, the address decides the language, caches know what to keep."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import get_language_from_path, get_language_from_request
from django.utils.translation import gettext as _

from . import audit

STAFF = ("/admin/", "/accounts/")
FRESH = 60  # seconds that a public answer may be kept; a take-down is complete after them
NEVER_KEPT = {400, 403, 411, 413, *range(500, 600)}  # what one client provoked is not for the next
MAX_QUERY = 4000  # characters; the longest honest address, every filter chosen, has under 600
UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}
MAX_BODY = 30 * 1024 * 1024  # bytes; a picture of 25 MB and its form


def is_staff_address(request):
    return request.path_info.startswith(STAFF)


class RefuseMalformed:
    """Answer 400, 411 or 413, before anything is read, to what no honest client sends."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query = request.META.get("QUERY_STRING", "")
        if len(query) > MAX_QUERY:
            raise BadRequest("The query string is too long.")
        if any(
            "\x00" in part or "%00" in part for part in (query, request.path_info, request.META.get("HTTP_COOKIE", ""))
        ):
            raise BadRequest("A NUL byte in the address or in a cookie.")
        if "\ufffd" in request.path_info:
            raise BadRequest("The address is not UTF-8.")
        if (request.content_params.get("charset") or "utf-8").lower() not in UTF_8:
            # Django would decode the address by it, and no cache knows that: the same address would say something else.
            raise BadRequest("The request is not UTF-8.")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > MAX_BODY:
            return _in_words(
                413, _("More was sent than this site takes in at once (%d MB). Nothing was kept.") % (MAX_BODY >> 20)
            )
        if "HTTP_TRANSFER_ENCODING" in request.META:  # its length is not known before it has been read
            return _in_words(411, _("The request does not say how long it is. Nothing was kept."))
        return self.get_response(request)


def _in_words(status, words):
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")


class LanguageFromAddress:
    """Activate the language that the address names; for staff, the one they chose."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_staff_address(request):
            language = get_language_from_request(request)
        else:
            language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class RecordRefusals:
    """Add to the audit what the newsroom refused to somebody who is logged in, after what was begun is rolled back.

    What somebody may not know of is answered as if it were not there, so a 404 is a refusal too.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code in (403, 404) and is_staff_address(request) and request.user.is_authenticated:
            audit.record_refusal(request)
        return response


class PublicHeaders:
    """Say to browsers and caches how long an answer holds; what belongs to a person is never kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code in NEVER_KEPT or is_staff_address(request) or response.cookies:
            response.headers.setdefault("Cache-Control", "private, no-store")
        else:
            response.headers.setdefault("Cache-Control", f"public, max-age={FRESH}")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"
        )
        return response
