"""What the editor's chooser of links knows of analyses: what is live, and the drafts that somebody may see."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from thinktank.languages import codes, column
from thinktank.linking import MOST, Target, path_in, titled

from .editions import Edition
from .models import Analysis
from .permissions import visible_to


def analyses_to_link(user, words, language):
    drafts = visible_to(user).filter(titled(words, [column("title", code) for code in codes()]))
    # A live text has the title that readers see: the working copy's may be a secret of those who may see that.
    live = Edition.objects.live().filter(titled(words, ["title"])).order_by("-published_at")
    keys = [
        *live.values_list("analysis_id", flat=True)[:MOST],
        *drafts.order_by("-pk").values_list("pk", flat=True)[:MOST],
    ]
    keys = list(dict.fromkeys(keys))[:MOST]
    texts = _texts(user, keys)
    for key in keys:
        has = texts[key]
        if not has:
            continue
        code = language if language in has else min(has, key=lambda code: not has[code][2])
        title, slug, is_live = has[code]
        yield Target(
            kind=capfirst(Analysis._meta.verbose_name), title=title, language=code, path=path_in(code, "address", slug), is_live=is_live,
            state=_("Live") if is_live else _("Draft"),
        )  # fmt: skip


def _texts(user, keys):
    """`{analysis: {language: (title, slug, is_live)}}`, without the languages that have no address yet."""
    found = {key: {} for key in keys}
    names = [(column("title", code), column("slug", code)) for code in codes()]
    rows = visible_to(user).filter(pk__in=keys).values("pk", *(name for pair in names for name in pair))
    for row in rows:
        for code, (title, slug) in zip(codes(), names, strict=True):
            if row[title] and row[slug]:
                found[row["pk"]][code] = row[title], row[slug], False
    for edition in Edition.objects.live().filter(analysis__in=keys).only("analysis_id", "language", "title", "slug"):
        found[edition.analysis_id][edition.language] = edition.title, edition.slug, True
    return found
