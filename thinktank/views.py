"""Simple pages, renditions and errors."""

from urllib.parse import quote

from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseNotFound,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from . import chrome, images, uses
from .html import text_of
from .languages import languages, read
from .middleware import FRESH
from .models import Image, Page, Permalink

NOT_KEPT = "private, no-store"


@require_safe
def page(request, slug):
    language = get_language()
    found = Page.objects.in_language(language).filter(**{f"slug_{language}": slug}).first()
    if found is None:
        return elsewhere(request, "page", slug)
    title, body = read(found, "title"), read(found, "body")
    paths = chrome.addresses("page", {code: read(found, "slug", code) for code in found.languages()})
    return render(
        request,
        "pages/page.html",
        {
            "page": chrome.page(
                title, paths, description=text_of(body)[:200], breadcrumb=[home_crumb(), {"label": title}]
            ),
            "title": title,
            "body": body,
        },
    )


def home_crumb():
    return {"label": _("Home"), "url": reverse("home")}


def elsewhere(request, namespace, slug, route=None):
    """The answer for a slug that has no page in this language: its present address, or 404.

    A 404 names the languages in which the page can be read.
    """
    route = route or namespace
    language = get_language()
    permalink = Permalink.objects.owner(namespace, language, slug)
    if permalink and not permalink.is_current:
        current = Permalink.objects.filter(
            content_type=permalink.content_type_id, object_id=permalink.object_id, language=language, is_current=True
        ).first()
        if current:
            return HttpResponsePermanentRedirect(reverse(route, args=[current.slug]))
    if permalink and permalink.target is None:
        return gone(request)
    return not_found(request, in_other_languages(namespace, slug, route))


def in_other_languages(namespace, slug, route=None):
    """`{language: path}` of the page or person that has this slug, now, in another language."""
    rows = Permalink.objects.filter(namespace=namespace, slug=slug, is_current=True).exclude(language=get_language())
    slugs = {
        row.language: slug
        for row in rows.select_related("content_type")
        if row.content_type.model_class().objects.in_language(row.language).filter(pk=row.object_id).exists()
    }
    return chrome.addresses(route or namespace, slugs)


def not_found(request, paths=None):
    """404 in the look of the site; `paths` are the addresses of the same page in other languages."""
    offered = [
        {"language": code, "name": languages()[code].endonym, "direction": languages()[code].direction, "url": path}
        for code, path in (paths or {}).items()
        if code != get_language()
    ]
    context = {"page": chrome.page(_("Page not found"), {}, noindex=True), "other_languages": offered}
    return render(request, "404.html", context, status=404)


def gone(request):
    return render(request, "410.html", {"page": chrome.page(_("No longer published"), {}, noindex=True)}, status=410)


@require_safe
def rendition(request, name):
    """A picture at one width and in one format, made at the first request.

    Readers get it while something that they can reach shows it: caches ask again after a minute, and the digest in its
    name saves the bytes. Staff, and who was given a preview, get what is not public yet or any more.
    """
    match = images.RENDITION_NAME.fullmatch(name)
    if not match:
        raise Http404
    is_public = ExpressionWrapper(uses.in_public(), BooleanField())
    found = list(Image.objects.filter(digest__startswith=match["digest"]).annotate(is_public=is_public))
    if not found:
        return _of_the_picture_now(request, match)
    shown = [image for image in found if image.is_public and image.is_showable]
    if not shown and not _may_see(request, match["digest"]):
        return HttpResponseNotFound(headers={"Cache-Control": NOT_KEPT})  # it may be public in a moment
    etag = f'"{name}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or _rendition_file(shown or found, name)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH}" if shown else NOT_KEPT
    return response


def _may_see(request, digest):
    """Whether this visitor may see a picture that is not public: staff, or by a preview of a text."""
    key = request.GET.get("preview", "")
    return images.is_preview_key(key, digest) if key else admin.site.has_permission(request)


def _of_the_picture_now(request, match):
    """A working copy may name the picture by what it was before it was replaced: staff are led to the present one."""
    if admin.site.has_permission(request):
        former = Image.objects.filter(former_digests__contains=[match["digest"]]).first()
        if former:
            response = HttpResponseRedirect(images.renditions(former)["src"])
            response["Cache-Control"] = NOT_KEPT
            return response
    return HttpResponseNotFound(headers={"Cache-Control": NOT_KEPT})


def _rendition_file(found, name):
    path = images.rendition_path(name)
    if not path.is_file() or not path.stat().st_size:
        path = next((made for image in found if (made := images.make_rendition(image, name))), None)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type=images.ENCODERS[path.suffix[1:]][0])


@require_safe
def without_slash(request, path):
    """Addresses have no slash at their end; typed with one, they lead to the page all the same."""
    query = request.META.get("QUERY_STRING", "")
    address = escape_leading_slashes("/" + quote(request.path_info.strip("/")))
    return HttpResponsePermanentRedirect(address + (f"?{query}" if query else ""))


@require_safe
def with_slash(request):
    """Django's admin is the one place whose addresses end with a slash."""
    return HttpResponsePermanentRedirect(request.path_info + "/")


@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /preview/", "Disallow: /search", ""]
    lines += [f"Sitemap: {chrome.absolute(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def bad_request(request, exception=None):
    context = {"page": chrome.page(_("Bad request"), {}, noindex=True)}
    return render(request, "400.html", context, status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", {"page": chrome.page(_("No access"), {}, noindex=True)}, status=403)


def forged(request, reason=""):
    """A form that did not come from a page of ours, or after its cookie had gone."""
    return forbidden(request)


def page_not_found(request, exception=None):
    return not_found(request)


def server_error(request):
    """Without a context and without the database: either may be what failed."""
    return render(None, "500.html", status=500)
