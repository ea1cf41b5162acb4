"""The newsroom's desk for analyses: edit the working copy, publish and withdraw each language of it."""

from functools import partial

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationStackedInline

from thinktank.admin import ImageAdmin, InLanguages, Strict, TranslatedAdmin, searched
from thinktank.languages import codes, column, language_name, languages

from .editions import Edition
from .forms import AnalysisForm, ChangeForm, PublishForm, WithdrawForm
from .models import Analysis, Authorship, Pick, Recommendation
from .publication import hindrances
from .states import standing, with_states


class Rows(BaseInlineFormSet):
    """Rows under a text of which each names something once, and any may be given what another had."""

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
        return super().get_formset(request, obj, **{"absolute_max": self.max_num} | kwargs)


class AuthorshipInline(FewRows, InLanguages, TranslationStackedInline):
    model = Authorship
    label_names_language = True
    extra = 0
    classes = ["authorships"]

    def get_fieldsets(self, request, obj=None):
        rows = [tuple(column(name, code) for code in codes()) for name in ("role", "note")]
        return [(None, {"fields": [("expert", "order"), *rows]})]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "expert":
            field.choices = list(field.choices)  # read once, not once for each author
        return field


class RecommendationInline(FewRows, admin.StackedInline):
    model = Recommendation
    fk_name = "analysis"
    fields = [("recommended", "order")]
    raw_id_fields = ["recommended"]
    extra = 0


@admin.register(Analysis)
class AnalysisAdmin(TranslatedAdmin):
    form = AnalysisForm
    in_each_language = ["title", "slug", "summary", "body"]
    in_common = ["format", "original_language", "image", "topics", "regions", "tags"]
    raw_id_fields = ["image"]
    inlines = [AuthorshipInline, RecommendationInline]
    change_form_template = "admin/newsroom/analysis_form.html"
    list_filter = ["format", "topics"]
    search_fields = [*searched("title", "slug"), *(f"authors__{name}" for name in searched("name"))]
    actions_selection_counter = True

    # -- the list

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("format")

    def get_list_display(self, request):
        return ["title_in_any_language", *(state_column(code) for code in codes()), "byline", "format", "updated_at"]

    def get_changelist(self, request, **kwargs):
        class ChangeList(super().get_changelist(request, **kwargs)):
            def get_queryset(self, request, **kwargs):
                found = super().get_queryset(request, **kwargs)
                return with_states(found).defer(*(column("body", code) for code in codes()), "body")

        return ChangeList

    @admin.display(description=gettext_lazy("title"), ordering=column("title", codes()[0]))
    def title_in_any_language(self, analysis):
        return format_html('<span dir="auto">{}</span>', str(analysis))

    @admin.display(description=gettext_lazy("authors"))
    def byline(self, analysis):
        authors = sorted(analysis.authorships.all(), key=lambda a: (a.order, a.pk))
        return format_html_join(_(", "), "<bdi>{}</bdi>", ((str(author.expert),) for author in authors)) or "–"

    # -- the form

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            editions = obj.editions.select_related("created_by").defer("source", "body", "text", "search")
            context["editions"] = [(edition, language_name(edition.language)) for edition in editions]
            context["standings"] = [
                {
                    "standing": stands,
                    "may_publish": may_publish(request, stands.code) and bool(obj.languages()),
                    "publish_url": reverse("admin:analyses_analysis_publish", args=[obj.pk, stands.code]),
                    "withdraw_url": reverse("admin:analyses_analysis_withdraw", args=[obj.pk, stands.code]),
                }
                for stands in standings(obj)
            ]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def response_change(self, request, obj):
        self.say_what_readers_see(request, obj)
        code = request.POST.get("_publish")
        if code in codes() and may_publish(request, code):
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

    # -- publish and withdraw

    def get_urls(self):
        def view(name, function):
            route = f"<int:pk>/{name}/<str:code>/"
            return path(route, self.admin_site.admin_view(function), name=f"analyses_analysis_{name}")

        return [view("publish", self.publish_view), view("withdraw", self.withdraw_view), *super().get_urls()]

    def get_actions(self, request):
        actions = super().get_actions(request)
        for code in codes():
            if may_publish(request, code):
                for verb, label in (("publish", _("Publish %s…")), ("withdraw", _("Withdraw %s…"))):
                    function = partial(getattr(self, f"{verb}_selected"), code=code)
                    name = f"{verb}_{code}"
                    actions[name] = (adapted(function), name, label % language_name(code))
        return actions

    def publish_selected(self, request, queryset, code):
        return self.publish_page(request, queryset, code, is_action=True)

    def withdraw_selected(self, request, queryset, code):
        return self.withdraw_page(request, queryset, code, is_action=True)

    def publish_view(self, request, pk, code):
        return self.publish_page(request, Analysis.objects.filter(pk=pk), code)

    def withdraw_view(self, request, pk, code):
        return self.withdraw_page(request, Analysis.objects.filter(pk=pk), code)

    @transaction.atomic
    def publish_page(self, request, queryset, code, is_action=False):
        """Ask before publishing one text or several in one language; then do all of it or nothing."""
        confirmed = request.method == "POST" and (not is_action or "confirmed" in request.POST)
        rows = rows_of(request, queryset, code, locked=confirmed)
        seen = [row for row in rows if row["standing"].is_or_will_be_public]
        for row in rows:
            row["reasons"] = hindrances(row["analysis"], code)
            if is_action and row in seen:
                row["reasons"].append(
                    _("It is published already. Publish the change from its own page, with a word on what was changed.")
                )
        form_class = partial(ChangeForm, language=languages()[code]) if seen and not is_action else PublishForm
        form = form_class(request.POST if confirmed else None)
        if confirmed and not any(row["reasons"] for row in rows) and form.is_valid():
            try:
                refuse_stale(request, rows)
                with transaction.atomic():
                    for row in rows:
                        edition = row["analysis"].publish(code, by=request.user, **form.cleaned_data)
                        self.log_change(request, row["analysis"], said_of(edition))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return self.done(request, rows, code, form.cleaned_data["at"])
        return self.ask(request, "publish", rows, code, form, _("Publish %s") % language_name(code), is_action)

    @transaction.atomic
    def withdraw_page(self, request, queryset, code, is_action=False):
        """Ask for the reason before withdrawing one text or several in one language; then do all of it or nothing."""
        confirmed = request.method == "POST" and (not is_action or "confirmed" in request.POST)
        rows = rows_of(request, queryset, code, locked=confirmed)
        for row in rows:
            if not row["standing"].is_or_will_be_public:
                row["reasons"].append(_("It is not published in this language."))
        form = WithdrawForm(request.POST if confirmed else None)
        if confirmed and not any(row["reasons"] for row in rows) and form.is_valid():
            reason = form.cleaned_data["reason"]
            words = _("Withdrawn in %(language)s: %(reason)s") % {"language": language_name(code), "reason": reason}
            for row in rows:
                row["analysis"].withdraw(code, reason)
                self.log_change(request, row["analysis"], words)
            messages.success(request, _("Withdrawn. Readers no longer find it."))
            return self.back(rows)
        return self.ask(request, "withdraw", rows, code, form, _("Withdraw %s") % language_name(code), is_action)

    def ask(self, request, verb, rows, code, form, title, is_action):
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "verb": verb,
            "rows": rows,
            "language": languages()[code],
            "form": form,
            "is_action": is_action,
            "may_proceed": not any(row["reasons"] for row in rows),
            "seen": fingerprint(rows),
            "action": f"{verb}_{code}",
            "selected_name": admin.helpers.ACTION_CHECKBOX_NAME,
        }
        return render(request, "admin/newsroom/publication.html", context)

    def done(self, request, rows, code, at):
        if at:
            moment = timezone.localtime(at)
            words = _("Scheduled: readers will find it from %(moment)s (%(zone)s).") % {
                "moment": f"{languages()[code].day(at)}, {moment:%H:%M}", "zone": settings.TIME_ZONE,
            }  # fmt: skip
        else:
            words = _("Published. Readers find it now.")
        messages.success(request, words)
        return self.back(rows)

    def back(self, rows):
        if len(rows) == 1:
            return HttpResponseRedirect(reverse("admin:analyses_analysis_change", args=[rows[0]["analysis"].pk]))
        return HttpResponseRedirect(reverse("admin:analyses_analysis_changelist"))

    def has_delete_permission(self, request, obj=None):
        """What is public, or will be, is only deleted by somebody who may also withdraw it."""
        if not super().has_delete_permission(request, obj):
            return False
        public = obj.editions.filter(live_until__isnull=True).values_list("language", flat=True) if obj else []
        return all(may_publish(request, code) for code in public)

    def delete_queryset(self, request, queryset):
        for analysis in queryset:  # each withdraws itself first, so that counts and lists stay right
            analysis.delete()


def may_publish(request, code):
    return request.user.has_perm(f"analyses.publish_{code}")


def rows_of(request, queryset, code, locked=False):
    """The analyses of `queryset` with their states, for somebody who may publish in this language.

    Locked, they stay as they are until the transaction ends: a second click stands in line and then sees the first.
    """
    if code not in codes():
        raise Http404
    if not may_publish(request, code):
        raise PermissionDenied
    chosen = Analysis.objects.filter(pk__in=list(queryset.values_list("pk", flat=True))).order_by("-pk")
    if locked:
        list(chosen.select_for_update().values_list("pk"))
    analyses = list(with_states(chosen.select_related("format")))
    if not analyses:
        raise Http404
    return [{"analysis": analysis, "standing": standing(analysis, code), "reasons": []} for analysis in analyses]


def fingerprint(rows):
    """Which editions there were when the question was asked."""
    return ",".join(f"{row['analysis'].pk}:{len(row['analysis'].editions.all())}" for row in rows)


def refuse_stale(request, rows):
    """Raise ValidationError if something was published since the question was asked: by a second click, or by others."""
    if request.POST.get("seen", fingerprint(rows)) != fingerprint(rows):
        raise ValidationError(_("It was published a moment ago, so nothing was done now. Look at it again."))


def adapted(function):
    """A bound method as Django calls an action: with the admin before the request."""
    return lambda _admin, request, queryset: function(request, queryset)


def standings(analysis):
    fresh = with_states(Analysis.objects.filter(pk=analysis.pk)).get()
    return [standing(fresh, code) for code in codes()]


def state_column(code):
    @admin.display(description=languages()[code].endonym)
    def state(analysis):
        stands = standing(analysis, code)
        return format_html('<span class="state state-{}">{}</span>', stands.state.value, stands.state.label)

    return state


def said_of(edition):
    words = _("Published in %(language)s as edition %(number)d.") % {
        "language": language_name(edition.language), "number": edition.number,
    }  # fmt: skip
    return f"{words} {edition.get_kind_display()}. {edition.note}".strip()


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


ImageAdmin.texts_with_pictures += [(Analysis, column("body", code)) for code in codes()] + [(Edition, "source")]
