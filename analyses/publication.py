"""Publication: how the working copy becomes an edition.

Everything here takes many texts as well as one, because an archive of a hundred thousand passes through the same
gate as the text of this morning.
"""

from collections import defaultdict
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from taxonomy.models import Region
from thinktank import html
from thinktank.languages import languages, read
from thinktank.models import Image, Permalink
from thinktank.permalinks import SlugTaken
from thinktank.pictures import body_picture

from . import counts, indexing
from .editions import Edition
from .links import LinkFinder

NAMESPACE = "policy-analysis"


def compose(
    analysis, language, at=None, kind=None, note="", by=None,
    published_at=None, number=None, byline=None, links=None, ancestry=None,
):  # fmt: skip
    """An unsaved Edition of the working copy as it stands: complete, and not public. Previews print it."""
    now = timezone.now()
    earlier = [e for e in analysis.editions.all() if e.language == language]
    number = number or max((e.number for e in earlier), default=0) + 1
    live_from = at or published_at or now
    public = _before(live_from, earlier)
    first_published = min(live_from, *(e.published_at for e in public)) if public else live_from
    edition = Edition(
        analysis=analysis,
        language=language,
        number=number,
        kind=kind or (Edition.Kind.TYPOGRAPHICAL if public else Edition.Kind.FIRST),
        note=note,
        slug=read(analysis, "slug", language),
        title=read(analysis, "title", language),
        summary=read(analysis, "summary", language),
        source=html.clean(read(analysis, "body", language)),
        format=analysis.format,
        image=analysis.image,
        byline=_byline(analysis, language) if byline is None else byline,
        topics=[topic.pk for topic in analysis.topics.all()],
        regions=[region.pk for region in analysis.regions.all()],
        tags=[tag.pk for tag in analysis.tags.all()],
        is_original=analysis.original_language == language,
        published_at=published_at or first_published,
        updated_at=live_from if kind in Edition.EXPLAINED else _last_update(public),
        live_from=live_from,
        created_by=by,
    )
    edition.facets = facets_of(edition, ancestry)
    set_derived(edition, links)
    return edition


def _before(moment, editions):
    """Those that readers have seen, or will have, when the next one begins; what was published in error never was."""
    in_error = max((e.number for e in editions if e.withdrawal == Edition.Withdrawal.ERROR), default=0)
    return [
        e
        for e in editions
        if e.number > in_error and e.live_from < moment and (e.live_until is None or e.live_until > e.live_from)
    ]


def _last_update(editions):
    return max((edition.updated_at for edition in editions if edition.updated_at), default=None)


def _byline(analysis, language):
    return [
        {
            "expert": authorship.expert_id,
            "name": _name(authorship.expert, language),
            "slug": read(authorship.expert, "slug", language),
            "role": read(authorship, "role", language) or read(authorship.expert, "role", language),
            "note": read(authorship, "note", language),
        }
        for authorship in sorted(analysis.authorships.all(), key=lambda a: (a.order, a.pk))
    ]


def _name(expert, language):
    """The person's name in this language or, for want of one, in the first that has it, whoever publishes."""
    return next((name for code in [language, *languages()] if (name := read(expert, "name", code))), str(expert))


def facets_of(edition, ancestry=None):
    """Under which facets the edition stands in lists."""
    ancestry = Region.objects.ancestry() if ancestry is None else ancestry
    regions = {key for region in edition.regions for key in ancestry.get(region, [region])}
    return [
        "all",
        f"year:{timezone.localtime(edition.published_at).year}",
        f"format:{edition.format_id}",
        *(f"topic:{key}" for key in edition.topics),
        *(f"region:{key}" for key in sorted(regions)),
        *(f"expert:{entry['expert']}" for entry in edition.byline if entry["expert"]),
        *(f"tag:{key}" for key in edition.tags),
    ]


def set_derived(edition, links=None):
    """Everything that follows from the edition's own source: printed body, plain text, headings, notes."""
    language = languages()[edition.language]
    links = links or LinkFinder.of([edition.source])
    with override(edition.language):
        labels = {
            "footnote": _("Footnote %s"),
            "table": _("Table"),
        }  # those of embeds follow the language by themselves
        body = html.derive(
            edition.source, find_link=partial(links.find, edition.language), find_image=_image_finder(), labels=labels
        )
    edition.body, edition.text = body.html, body.text
    edition.headings, edition.footnotes = body.headings, body.footnotes
    edition.linked, edition.pictures = sorted(set(body.linked)), sorted(set(body.images))
    edition.words = body.words
    edition.reading_minutes = max(1, round(body.words / language.words_a_minute))


def _image_finder():
    """Finds pictures of the library, each of them once, however often it stands in a text."""
    known = {}

    def find(key, alt):
        if key not in known:
            known[key] = Image.objects.filter(pk=key).first()
        return known[key] and body_picture(known[key], alt)

    return find


@transaction.atomic
def bring_out(editions, of_new_analyses=False, index=True):
    """Save composed editions, claim their addresses, end what they replace, count and index them.

    Without `index`, `indexing.catch_up` must follow.

    Raises SlugTaken, and changes nothing, if an address belongs to something else.
    """
    for edition in editions:
        if edition.number > 1:
            _end_earlier(edition)
    if of_new_analyses:
        counts.foresee(editions)
    Edition.objects.bulk_create(editions)
    claim_addresses(editions)
    counts.enter(editions)
    if of_new_analyses:
        counts.count(editions)
        if index:
            indexing.add(edition.pk for edition in editions if edition.is_counted)
    else:
        counts.settle({edition.analysis_id for edition in editions}, index=index)


def _end_earlier(edition):
    """End what the new edition replaces at its moment; what would have begun later never becomes public."""
    others = Edition.objects.filter(analysis=edition.analysis_id, language=edition.language)
    others.filter(Q(live_until__isnull=True) | Q(live_until__gt=edition.live_from)).update(
        live_until=Greatest(F("live_from"), Value(edition.live_from)),
        withdrawal="", withdrawal_reason="", withdrawal_notice="", replaced_by=None,
    )  # fmt: skip


def claim_addresses(editions):
    """Make each edition's slug the current address of its analysis: two queries where all are new."""
    kind = ContentType.objects.get_for_model(editions[0].analysis)
    rows = [
        Permalink(namespace=NAMESPACE, language=e.language, slug=e.slug, content_type=kind, object_id=e.analysis_id)
        for e in editions
    ]
    if len(rows) == 1 or any(e.number > 1 for e in editions):
        for edition in editions:
            _claim_address(edition)
        return
    wanted = Q()
    for language, slugs in _slugs(editions).items():
        wanted |= Q(namespace=NAMESPACE, language=language, slug__in=slugs)
    for taken in Permalink.objects.filter(wanted):
        raise SlugTaken(taken.slug, taken.language)
    Permalink.objects.bulk_create(rows)


def _claim_address(edition):
    """A scheduled edition only reserves a new address: until its moment the text is at the one that readers know."""
    mine = Permalink.objects.of(edition.analysis).filter(language=edition.language)
    is_new = not mine.filter(slug=edition.slug).exists()
    if edition.live_from > timezone.now() and is_new and mine.filter(is_current=True).exists():
        if not Permalink.objects.is_free(NAMESPACE, edition.language, edition.slug):
            raise SlugTaken(edition.slug, edition.language)
        kind = ContentType.objects.get_for_model(edition.analysis)
        Permalink.objects.create(
            namespace=NAMESPACE, language=edition.language, slug=edition.slug, content_type=kind,
            object_id=edition.analysis_id, is_current=False,
        )  # fmt: skip
    elif edition.live_from <= timezone.now() or is_new:
        Permalink.objects.claim(NAMESPACE, edition.language, edition.slug, edition.analysis)


def _slugs(editions):
    slugs = defaultdict(list)
    for edition in editions:
        slugs[edition.language].append(edition.slug)
    return slugs


OF_LINKS = ("body", "footnotes", "linked")
DERIVED = (*OF_LINKS, "pictures", "facets", "text", "headings", "words", "reading_minutes")


def relink(editions):
    """Let the links of saved `editions` find what has become public since. What finds nothing new is not written."""
    _derive_again(editions, OF_LINKS)


def show_replaced(image, **kwargs):
    """Print anew the bodies in which a picture of the library stands that was replaced: receives `images.replaced`."""
    relink(Edition.objects.filter(pictures__contains=[image.pk]))


def rederive(editions):
    """Make everything anew that follows from what saved `editions` hold. `counts.rebuild` must follow."""
    ancestry = Region.objects.ancestry()
    editions = list(editions)
    for edition in editions:
        edition.facets = facets_of(edition, ancestry)
    _derive_again(editions, DERIVED)


def _derive_again(editions, names):
    editions = list(editions)
    links = LinkFinder.of([edition.source for edition in editions])
    for edition in editions:
        before = [getattr(edition, name) for name in OF_LINKS]
        set_derived(edition, links)
        now = {name: getattr(edition, name) for name in names}
        if names != OF_LINKS or list(now.values()) != before:
            Edition.objects.filter(pk=edition.pk).update(**now)
