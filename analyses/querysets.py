"""Questions about many rows. `EditionQuerySet.live` is the one place that decides what is public."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import JSONObject, Now

from taxonomy.models import Region, Tag, Topic
from thinktank.languages import codes, column
from thinktank.models import Image


class IsOneOf(Func):
    """`value = ANY(array)`."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def long_columns(prefix=""):
    """The columns of a working copy that lists do without, as `defer` takes them."""
    return [prefix + name for base in ("body", "summary") for name in (base, *(column(base, code) for code in codes()))]


class AnalysisQuerySet(models.QuerySet):
    def light(self):
        """For lists, where titles are enough."""
        return self.defer(*long_columns())

    def for_publication(self):
        """With everything an edition is composed of, whatever the number of rows."""
        return self.select_related("format", "image").prefetch_related(
            "authorships__expert", "topics", "regions", "tags", "editions"
        )


class EditionQuerySet(models.QuerySet):
    def live(self, language=None):
        """The editions that the public may read at this moment, in one language or in any."""
        live = self.filter(Q(live_until__isnull=True) | Q(live_until__gt=Now()), live_from__lte=Now())
        return live if language is None else live.filter(language=language)

    def once_public(self):
        """Those that were public at some time, live or not; the earlier editions of a live text are among them."""
        return self.filter(live_from__lte=Now()).exclude(live_until=F("live_from"))

    def still_readable(self):
        """Without what was withdrawn, and what came before it: taken down once, it stays so, whatever follows."""
        same = {"analysis": OuterRef("analysis"), "language": OuterRef("language")}
        followed = self.model.objects.filter(**same, live_from=OuterRef("live_until"))
        withdrawn = self.model.objects.once_public().filter(~Exists(followed), live_until__lte=Now())
        return self.exclude(Exists(withdrawn.filter(**same, number__gte=OuterRef("number"))))

    def readable(self):
        """Those that readers can reach: what is live, and the earlier editions of that."""
        return self.once_public().still_readable()

    def for_cards(self):
        """With what a card shows, and no more."""
        return (
            self.select_related("format", "image")
            .annotate(also_in=self.model.objects.also_in(OuterRef("analysis_id"), OuterRef("language")))
            .defer("source", "body", "text", "headings", "footnotes")
        )

    def also_in(self, analysis, language):
        """The live editions of the same analysis in other languages, as an array in the same query."""
        return ArraySubquery(
            self.live()
            .filter(analysis_id=analysis)
            .exclude(language=language)
            .order_by("language")
            .values(data=JSONObject(language="language", slug="slug", title="title"))
        )

    def for_page(self):
        """With what the article page shows besides the text: its other languages, its terms and its links' targets."""
        language = OuterRef("language")

        def terms(model, keys, **columns):
            """What the edition has of one kind of term, as an array in the same query."""
            shown = JSONObject(**columns, **{column: column for column in _columns(model)})
            rows = model.objects.filter(IsOneOf(F("pk"), OuterRef(keys)))
            return ArraySubquery(rows.annotate(shown=shown).values("shown"))

        return (
            self.select_related("format", "image")
            .annotate(
                also_in=self.model.objects.also_in(OuterRef("analysis_id"), language),
                topic_list=terms(Topic, "topics"),
                region_list=terms(Region, "regions"),
                tag_list=terms(Tag, "tags", slug="slug"),
                hidden_pictures=ArraySubquery(
                    Image.objects.unshowable().filter(IsOneOf(F("pk"), OuterRef("pictures"))).values("pk")
                ),
                link_targets=ArraySubquery(
                    self.model.objects.live()
                    .filter(IsOneOf(F("analysis_id"), OuterRef("linked")))
                    .values(data=JSONObject(analysis="analysis_id", language="language", slug="slug"))
                ),
            )
            .defer("source", "text")
        )


def _columns(model):
    """The columns, in every language, of what a link to a term shows."""
    names = ["label"] if model is Tag else ["name", "slug"]
    return [column(name, code) for name in names for code in codes()]
