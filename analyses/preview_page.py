"""The page behind a preview link: a draft, for somebody without an account. The one public page that reads a working copy."""

import re

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from experts.models import Expert
from taxonomy.models import Format, Region, Tag, Topic
from thinktank import pictures
from thinktank.languages import languages, read, write
from thinktank.models import Image
from thinktank.views import not_found

from . import revisions
from .cards import present, term_links
from .models import Analysis, Authorship
from .newsroom.preview import printable_slug, unsaved_edition
from .previews import PreviewLink, PreviewOpen
from .views import authors_of
from .working_copy import author_columns, state_of, text_columns

BOUNDARY = "<!-- a text begins or ends -->"
TAG = re.compile(r"<[a-z][^<>]*>")
ID = re.compile(r'\bid="([^"]+)"')
NAMES = re.compile(r'(?P<attribute>\b(?:id|aria-labelledby|aria-describedby)=|\bhref=(?="#))"(?P<names>[^"]+)"')


@require_safe
def page(request, token):
    link = PreviewLink.objects.by_token(token)
    if link is None:
        return not_found(request)
    if request.method == "GET":
        PreviewOpen.objects.create(link=link)
    state = revisions.state(link.revision) if link.revision else state_of(link.analysis)
    draft = draft_of(link.analysis, state)
    sides = [_side(draft, code, link) for code in languages() if code in link.languages]
    with override(sides[0]["language"].code):
        context = {"sides": sides, "page": {"title": sides[0]["title"]}}
        html = render_to_string("analyses/preview.html", context, request)
    response = HttpResponse(pictures.for_preview(_with_names_apart(html, sides)))
    response["Content-Language"] = ", ".join(link.languages)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def draft_of(analysis, state):
    """An Analysis that is never saved, as `state` has it; what no longer exists is left out."""
    draft = Analysis(
        pk=analysis.pk, original_language=state["original_language"], **{name: state[name] for name in text_columns()}
    )
    draft.format = Format.objects.filter(pk=state["format"]).first() or Format()
    draft.image = Image.objects.filter(pk=state["image"]).first()
    for code in languages():
        write(draft, "slug", code, printable_slug(read(draft, "slug", code)))
    people = Expert.objects.in_bulk([author["expert"] for author in state["authors"]])
    draft._prefetched_objects_cache = {
        "topics": list(Topic.objects.filter(pk__in=state["topics"])),
        "regions": list(Region.objects.filter(pk__in=state["regions"])),
        "tags": list(Tag.objects.filter(name__in=state["tags"])),
        "editions": list(analysis.editions.defer("source", "body", "text")),
        "authorships": [
            Authorship(
                pk=order, expert=people[author["expert"]], order=order, **{n: author[n] for n in author_columns()}
            )
            for order, author in enumerate(state["authors"], 1)
            if author["expert"] in people
        ],
    }
    return draft


def _side(draft, code, link):
    """One language of the draft, with what the article's template reads."""
    language = languages()[code]
    with override(code):
        side = {"language": language, "title": read(draft, "title", code), "until": link.expires_at, "edition": None}
        if not side["title"]:
            return side | {"title": _("Nothing to show yet")}
        edition = present(unsaved_edition(draft, code))
        edition.body = edition.printed(edition.body)
        for note in edition.footnotes:
            note["html"] = edition.printed(note["html"])
        return side | {
            "edition": edition,
            "authors": authors_of(edition),
            "format": {"name": edition.format_name, "url": edition.format_url},
            "topics": term_links(edition.topic_list, code),
            "regions": term_links(edition.region_list, code),
            "tags": term_links(edition.tag_list, code, route="tag", name="label"),
        }


def _with_names_apart(html, sides):
    """Two texts on one page have sections and notes of the same names: each but the first gets its language behind them."""
    head, *parts = html.split(BOUNDARY)
    for number, side in enumerate(sides[1:], 1):
        text = parts[2 * number]
        named = {name for tag in TAG.findall(text) for name in ID.findall(tag)}
        behind = {name: f"{name}-{side['language'].code}" for name in named}
        parts[2 * number] = TAG.sub(lambda tag, behind=behind: _renamed(tag[0], behind), text)
    return "".join([head, *parts])


def _renamed(tag, behind):
    def name(found):
        sign = "#" if found["names"].startswith("#") else ""
        names = " ".join(sign + behind.get(part, part) for part in found["names"].removeprefix("#").split())
        return f'{found["attribute"]}"{names}"'

    return NAMES.sub(name, tag)
