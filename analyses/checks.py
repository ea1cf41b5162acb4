"""What is checked before a language of a text is published.

A blocking finding stops publication, by hand or by a script; an advising one is for the editor to judge. A check is a
function of a `Copy`, one language of a text as it is or as it stands in a form, and of the `Surroundings`: what the
database knows about the links, pictures and addresses of all copies that are checked together.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from thinktank import html
from thinktank.languages import languages, read
from thinktank.permalinks import SlugTaken
from thinktank.slugs import validate_slug

from . import surroundings, wording
from .findings import BLOCKING, Finding
from .surroundings import PICTURE, Surroundings
from .wording import advice

LOOKED_AT = 12  # texts of each kind, by the desk
DESK_ORDER = [["scheduled"], ["in-review"], ["newer-draft", "draft"]]  # what the desk looks at, most urgent first


@dataclass
class Copy:
    """One language of a text, from the database or from a form that was not saved."""

    language: str
    title: str
    slug: str
    summary: str
    body: str  # cleaned
    has_format: bool = True
    has_author: bool = True
    has_topic: bool = True
    has_region: bool = True
    image: int | None = None  # the lead picture's primary key
    analysis: object = None  # the saved Analysis, or None for a new one
    is_original: bool = True

    @classmethod
    def of(cls, analysis, language):
        return cls(
            language=language,
            **{name: read(analysis, name, language) for name in ("title", "slug", "summary")},
            body=html.clean(read(analysis, "body", language)),
            has_format=bool(analysis.format_id),
            has_author=bool(analysis.authorships.all()),
            has_topic=bool(analysis.topics.all()),
            has_region=bool(analysis.regions.all()),
            image=analysis.image_id,
            analysis=analysis,
            is_original=analysis.original_language == language,
        )


def findings(analysis, language):
    """What is found in one language of `analysis` as it was saved, the blocking ones first."""
    copy = Copy.of(analysis, language)
    return of_copy(copy, Surroundings([copy]))


def hindrances(analysis, language):
    """Why this language of `analysis` cannot be published as it is: a list of sentences, empty if it can."""
    return [finding.message for finding in findings(analysis, language) if finding.is_blocking]


def of_copy(copy, around):
    root = wording.parsed(copy.body)
    found = [
        *_missing(copy),
        *_address(copy, around),
        *_pictures(copy, around, root),
        *_terms(copy),
        *wording.of_lines(copy),
        *_internal_links(copy, around, root),
        *wording.of_body(copy, root),
        *_original(copy, around),
    ]
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.is_blocking)


def in_two(found):
    """`(blocking, advising)`."""
    return [f for f in found if f.is_blocking], [f for f in found if not f.is_blocking]


def for_desk(user):
    """`[(analysis, language, state, findings)]` of texts that `user` may see, where something was found.

    What is scheduled stands first, then what waits for review, then drafts; of each the last changed. In a draft that
    nobody has sent on, what is left to the editor to judge is not named. Costs the same for any archive.
    """
    from .permissions import visible_to  # which knows the models, which know this module

    visible = visible_to(user)
    keys = [
        key
        for states in DESK_ORDER
        for key in visible.filter(states__state__in=states)
        .order_by("-updated_at")
        .values_list("pk", flat=True)[:LOOKED_AT]
    ]
    analyses = visible.filter(pk__in=keys).prefetch_related("authorships", "topics", "regions", "states")
    copies = [
        (place, row.state, Copy.of(analysis, row.language))
        for analysis in analyses.order_by("-updated_at")
        for row in analysis.states.all()
        for place, states in enumerate(DESK_ORDER)
        if row.state in states
    ]
    around = Surroundings([copy for _place, _state, copy in copies])
    found = []
    for place, state, copy in sorted(copies, key=lambda one: one[0]):
        blocking, advising = in_two(of_copy(copy, around))
        if shown := blocking + (advising if place < 2 else []):
            found.append((copy.analysis, copy.language, state, shown))
    return found


def _missing(copy):
    if not copy.title:
        yield _stop(copy, "no_title", _("It has no title in this language."), "title")
    if not copy.summary:
        yield _stop(copy, "no_summary", _("It has no summary in this language."), "summary")
    if not html.text_of(copy.body):
        yield _stop(copy, "no_text", _("It has no text in this language."), "body")
    if not copy.has_format:
        yield _stop(copy, "no_format", _("It has no format."), "format")
    if not copy.has_author:
        yield _stop(copy, "no_author", _("It has no author."), "authors")


def _address(copy, around):
    if not copy.slug:
        return
    try:
        validate_slug(copy.slug)
        if around.is_taken(copy):
            raise SlugTaken(copy.slug, copy.language)
    except ValidationError as error:
        yield _stop(copy, "address", error.messages[0], "slug")


def _pictures(copy, around, root):
    if copy.image:
        yield from _picture(copy, around, copy.image, "", "image")
    for picture in root.iter("img"):
        key = picture.get("data-image", "")
        if PICTURE.fullmatch(f'data-image="{key}"') and int(key) in around.images:
            yield from _picture(copy, around, int(key), picture.get("alt", "").strip(), "body")
        else:
            words = _("A picture in the text is not in the library: readers do not get it.")
            yield advice(copy, "picture_unknown", words, "body")


def _picture(copy, around, key, alt, field):
    image = around.images.get(key)
    if image is None:
        return
    names = {"picture": str(image)[:60]}
    if not (alt or image.is_decorative or image.alternative_text(copy.language)):
        words = _("The picture “%(picture)s” is not described in this language, nor marked as decorative.")
        yield _stop(copy, "no_alt", words % names, field)
    if not image.is_showable:
        words = _("The picture “%(picture)s” may not be shown any more: it was withdrawn or its licence has ended.")
        yield _stop(copy, "picture_not_showable", words % names, field)


def _terms(copy):
    if not copy.has_topic:
        yield advice(copy, "no_topic", _("It has no topic."), "topics")
    if not copy.has_region:
        yield advice(copy, "no_region", _("It has no region or country."), "regions")


def _internal_links(copy, around, root):
    said = {
        surroundings.UNKNOWN: ("broken_link", _("The link “%s” leads to an address of this site that nothing has.")),
        surroundings.NOT_PUBLIC: ("link_to_draft", _("The link “%s” leads to a text that is not public.")),
    }
    for link in root.iter("a"):
        where = around.leads_to(link.get("href", ""))
        if where in said:
            code, words = said[where]
            yield advice(copy, code, words % " ".join(link.text_content().split())[:60], "body")


def _original(copy, around):
    newer = around.newer_original(copy)
    if newer:
        words = _("The original has a newer edition (%(number)d, of %(day)s) than this translation was made from.")
        day = languages()[copy.language].day(newer.live_from)
        yield advice(copy, "original_is_newer", words % {"number": newer.number, "day": day}, "body")


def _stop(copy, code, message, field):
    return Finding(BLOCKING, code, message, field, copy.language)
