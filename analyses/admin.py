"""The newsroom's desk for analyses: edit the working copy, publish and withdraw each language of it."""

from django.contrib import admin, messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject
from django.forms import BaseInlineFormSet
from django.forms.utils import ErrorList
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from js_asset import Script
from modeltranslation.admin import TranslationStackedInline

from taxonomy.models import Topic
from thinktank import linking
from thinktank.admin import InLanguages, Strict, TranslatedAdmin, searched
from thinktank.languages import codes, column, language_name, languages

from . import counts, revisions, working_search
from .forms import AnalysisForm, RowForm
from .link_targets import analyses_to_link
from .models import Analysis, Authorship, Pick, Recommendation
from .newsroom import (
    autosave,
    checking,
    conflicts,
    desk,
    history,
    preview,
    publishing,
    reviewing,
    scheduling,
    sharing,
    withdrawing,
)
from .newsroom.saving import Saving
from .permissions import may_publish
from .permitted import PermittedAdmin, PermittedRows, VisibleRawIdWidget, choosable
from .querysets import long_columns
from .states import LanguageState, State, keep, standings

# Each adds its addresses, and what the form shows of it.
PAGES = [
    desk,
    publishing,
    scheduling,
    withdrawing,
    reviewing,
    checking,
    conflicts,
    history,
    autosave,
    preview,
    sharing,
]


class Rows(BaseInlineFormSet):
    """Rows under a text of which each names something once, and any may be given what another had."""

    held = False  # as in forms.Held

    def is_valid(self):
        return not self.held and super().is_valid()

    def full_clean(self):
        if not self.held:
            return super().full_clean()
        self._errors, self._non_form_errors = [{} for _form in self.forms], ErrorList()

    def save_existing_objects(self, commit=True):
        # Two that change places would meet in the database on the way: the changed rows go first and are written anew.
        changed = [form.instance.pk for form in self.initial_forms if form.has_changed()]
        self.queryset.filter(pk__in=changed).delete()
        return super().save_existing_objects(commit)


class FewRows:
    """For inlines: at most so many rows, because each is a form, with every choice that it offers."""

    formset = Rows
    max_num = 100

    def get_formset(self, request, obj=None, **kwargs):
        # Django turns max_num to 0 for somebody who may add none; those that are there must come back all the same.
        rows = super().get_formset(request, obj, **{"absolute_max": FewRows.max_num} | kwargs)
        rows.held = rows.form.held = getattr(request, "held", False)
        return rows


class AuthorshipInline(PermittedRows, FewRows, InLanguages, TranslationStackedInline):
    model = Authorship
    form = RowForm
    label_names_language = True
    extra = 0
    classes = ["authorships"]

    def get_fieldsets(self, request, obj=None):
        rows = [tuple(column(name, code) for code in codes()) for name in ("role", "note")]
        return [(None, {"fields": [("expert", "order"), *rows]})]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "expert":
            field.choices = list(iter(field.choices))  # read once, not once for each author; and not counted before
        return field

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("expert")


class RecommendationInline(PermittedRows, FewRows, admin.StackedInline):
    model = Recommendation
    form = RowForm
    fk_name = "analysis"
    fields = [("recommended", "order")]
    raw_id_fields = ["recommended"]
    extra = 0

    def get_formset(self, request, obj=None, **kwargs):
        widget = VisibleRawIdWidget(Recommendation._meta.get_field("recommended").remote_field, self.admin_site)
        formset = super().get_formset(request, obj, **{"widgets": {"recommended": widget}} | kwargs)
        field = formset.form.base_fields["recommended"]
        field.queryset = field.widget.visible = choosable(request.user, obj)
        if obj:
            field.widget.remember(field.queryset.light().filter(recommended_by=obj))
        return formset

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("recommended")
        return rows.defer(*long_columns("recommended__"))


class LongList(Paginator):
    """Pages of a list whose rows carry what is costly: it is asked for the rows of the page, not for those before it."""

    SHORT = 1000

    def page(self, number):
        page = super().page(number)
        if self.count > self.SHORT:
            keys = list(page.object_list.values_list("pk", flat=True))
            page.object_list = self.object_list.filter(pk__in=keys)
        return page


@admin.register(Analysis)
class AnalysisAdmin(Saving, PermittedAdmin, TranslatedAdmin):
    form = AnalysisForm
    in_each_language = ["title", "slug", "summary", "body"]
    in_common = ["format", "original_language", "image", "topics", "regions", "tags"]
    raw_id_fields = ["image"]
    inlines = [AuthorshipInline, RecommendationInline]
    change_form_template = "admin/newsroom/analysis_form.html"
    ordering = ["-updated_at"]
    paginator = LongList
    search_fields = searched("title", "slug")  # and more: get_search_results
    actions_selection_counter = True
    show_facets = admin.ShowFacets.NEVER  # each filter's counts would be a query over the whole archive

    class Media:
        js = [Script(f"newsroom/{name}.js", type="module") for name in ("checks", "autosave", "preview")]

    # -- the list

    def get_list_display(self, request):
        return ["title_in_any_language", *(state_column(code) for code in codes()), "byline", "format", "last_change"]

    def get_list_filter(self, request):
        return [*(state_filter(code) for code in codes()), "format", TopicFilter]

    def get_changelist(self, request, **kwargs):
        class ChangeList(super().get_changelist(request, **kwargs)):
            def get_queryset(self, request, **kwargs):
                found = super().get_queryset(request, **kwargs)
                # All that a row shows comes in one query.
                return (
                    found.light().select_related("format").annotate(kept_states=kept_states(), kept_authors=in_byline())
                )

        return ChangeList

    def changelist_view(self, request, extra_context=None):
        counts.settle_due()  # what has become public by the clock alone is listed as live
        shown = {
            "title": capfirst(self.opts.verbose_name_plural),
            "may_recover": history.may_recover(request.user),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    @admin.display(description=gettext_lazy("title"), ordering=column("title", codes()[0]))
    def title_in_any_language(self, analysis):
        return format_html('<span dir="auto">{}</span>', str(analysis))

    @admin.display(description=gettext_lazy("last change"), ordering="updated_at")
    def last_change(self, analysis):
        changed = timezone.localtime(analysis.updated_at)
        return format_html("{}<br><small>{}</small>", date_format(changed, "DATE_FORMAT"), f"{changed:%H:%M}")

    @admin.display(description=gettext_lazy("authors"))
    def byline(self, analysis):
        names = [
            next(filter(None, [author[get_language()], *author.values()]), "–") for author in analysis.kept_authors
        ]
        return format_html_join(_(", "), "<bdi>{}</bdi>", ((name,) for name in names)) or "–"

    def get_search_results(self, request, queryset, search_term):
        """By title, address and author, and by the words of the texts; never beyond `queryset`."""
        if not search_term.strip():
            return queryset, False
        request.found = working_search.found(queryset, search_term)
        return queryset.filter(pk__in=request.found), False

    def get_paginator(self, request, queryset, *args, **kwargs):
        paginator = super().get_paginator(request, queryset, *args, **kwargs)
        if hasattr(request, "found"):
            paginator.count = len(request.found)  # what was found need not be counted again
        return paginator

    # -- the form

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            for module in PAGES:
                if hasattr(module, "on_form"):
                    context |= module.on_form(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        revisions.keep(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        keep([form.instance.pk])  # another author is a newer draft too
        revisions.note(form.instance, request.user)

    def delete_model(self, request, obj):
        revisions.keep(obj)  # so that it can be recovered
        super().delete_model(request, obj)

    def response_change(self, request, obj):
        self.say_what_readers_see(request, obj)
        code = request.POST.get("_publish")
        if code in codes() and may_publish(request.user, code):
            return HttpResponseRedirect(reverse("admin:analyses_analysis_publish", args=[obj.pk, code]))
        return super().response_change(request, obj)

    def say_what_readers_see(self, request, obj):
        """A save changes nothing public; the message says so where somebody might think it did."""
        for stands in standings(obj):
            if stands.live:
                language = languages()[stands.code]
                messages.info(
                    request,
                    format_html(
                        _("Saved. Readers still see the edition of {day} ({language})."),
                        day=format_html('<bdi lang="{}">{}</bdi>', stands.code, language.day(stands.live.live_from)),
                        language=language_name(stands.code),
                    ),
                )

    # -- the pages beside the form

    def get_urls(self):
        return [*(route for module in PAGES for route in module.urls(self)), *super().get_urls()]

    def get_actions(self, request):
        return super().get_actions(request) | publishing.actions(request)

    def delete_queryset(self, request, queryset):
        for analysis in queryset:  # each withdraws itself first, so that counts and lists stay right
            self.delete_model(request, analysis)


def kept_states():
    """The state of each language of a text, `[{"language", "state"}]`."""
    rows = LanguageState.objects.filter(analysis=OuterRef("pk"))
    return ArraySubquery(rows.annotate(row=JSONObject(language="language", state="state")).values("row"))


def in_byline():
    """The names of a text's authors in each language, `[{"en", "ar"}]`, in the order of the byline."""
    rows = Authorship.objects.filter(analysis=OuterRef("pk")).order_by("order", "pk")
    names = JSONObject(**{code: f"expert__{column('name', code)}" for code in codes()})
    return ArraySubquery(rows.annotate(row=names).values("row"))


def state_column(code):
    @admin.display(description=languages()[code].endonym)
    def state(analysis):
        kept = next((row["state"] for row in analysis.kept_states if row["language"] == code), State.NOTHING)
        return format_html('<span class="state state-{}">{}</span>', kept, State(kept).label)

    return state


def state_filter(code):
    """A filter of the list by the state of one language."""

    class StateFilter(admin.SimpleListFilter):
        title = languages()[code].endonym
        parameter_name = f"state_{code}"

        def lookups(self, request, model_admin):
            return [(state.value, state.label if state != State.NOTHING else _("Nothing")) for state in State]

        def queryset(self, request, queryset):
            if self.value() not in State.values:
                return queryset
            of_state = LanguageState.objects.filter(analysis=OuterRef("pk"), language=code, state=self.value())
            return queryset.filter(Exists(of_state))

    return StateFilter


class TopicFilter(admin.SimpleListFilter):
    """Django's own filter by a topic would read every text of it twice."""

    title = gettext_lazy("topics")
    parameter_name = "topic"

    def lookups(self, request, model_admin):
        return [(str(topic.pk), str(topic)) for topic in Topic.objects.only("pk", *searched("name"))]

    def queryset(self, request, queryset):
        chosen = self.value() or ""
        if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
            return queryset
        return queryset.filter(Exists(Analysis.topics.through.objects.filter(analysis=OuterRef("pk"), topic=chosen)))


@admin.register(Pick)
class PickAdmin(Strict, admin.ModelAdmin):
    list_display = ["analysis", "place", "order"]
    list_select_related = ["analysis", "topic", "region", "format", "tag"]
    raw_id_fields = ["analysis"]
    fields = ["analysis", "topic", "region", "format", "tag", "order"]
    search_fields = [f"analysis__{name}" for name in searched("title")]

    @admin.display(description=gettext_lazy("place"))
    def place(self, pick):
        return pick.topic or pick.region or pick.format or pick.tag or _("Home page")


linking.offer(analyses_to_link)
