"""Accounts, roles and the audit, as administrators see them."""

import json

import allauth.account.admin
import allauth.mfa.admin
from allauth.mfa.models import Authenticator
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from . import audit
from .audit import ACTIONS, AuditEntry
from .languages import codes, language_name
from .roles import label, may_give, rank, roles
from .sessions import end_sessions
from .strict import Strict

admin.site.unregister([User, Group])
# Secrets of people, and addresses that nobody here confirms: no page of the newsroom shows them.
admin.site.unregister([allauth.mfa.admin.Authenticator, allauth.account.admin.EmailAddress])


class Choice(admin.SimpleListFilter):
    """A filter by one column, with choices that are not looked up in the whole table."""

    def queryset(self, request, queryset):
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class ByRole(Choice):
    title, parameter_name = _("role"), "groups__name"

    def lookups(self, request, model_admin):
        return [(name, label(name)) for name in Group.objects.order_by("name").values_list("name", flat=True)]


@admin.register(User)
class StaffAdmin(Strict, UserAdmin):
    """Accounts. One changes those below one's own rank (thinktank/roles.py), gives roles below it, and never oneself."""

    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Personal info"), {"fields": [("first_name", "last_name"), "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "groups"]}),
        (_("Important dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    list_display = ["username", "first_name", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", ByRole]
    show_facets = admin.ShowFacets.NEVER
    actions = ["remove_second_factor"]

    def get_queryset(self, request):
        users = super().get_queryset(request).prefetch_related("groups")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def get_fieldsets(self, request, obj=None):
        found = super().get_fieldsets(request, obj)
        if obj is None or not request.user.is_superuser:
            return found
        return [
            (name, options | {"fields": [*options["fields"], "is_superuser"]} if "groups" in options["fields"] else options)
            for name, options in found
        ]  # fmt: skip

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            given = Group.objects.order_by("name")
            kwargs["queryset"] = given if request.user.is_superuser else given.filter(name__in=may_give(request.user))
            kwargs["widget"] = forms.CheckboxSelectMultiple()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = lambda group: label(group.name)
            field.label = capfirst(_("roles"))
            field.help_text = ""
        return field

    def is_below(self, request, obj):
        return (
            obj is None or request.user.is_superuser or (obj.pk != request.user.pk and rank(obj) < rank(request.user))
        )

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self.is_below(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self.is_below(request, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if {"groups", "is_superuser", "is_staff", "is_active"} & set(form.changed_data):
            user = form.instance
            held = list(user.groups.values_list("name", flat=True))
            audit.record(
                request,
                "roles",
                user,
                roles=held,
                active=user.is_active,
                staff=user.is_staff,
                superuser=user.is_superuser,
            )

    def user_change_password(self, request, id, form_url=""):
        before = User.objects.filter(pk=id).values_list("password", flat=True).first() if id.isdecimal() else None
        response = super().user_change_password(request, id, form_url)
        user = User.objects.filter(pk=id).first() if before else None
        if user and user.password != before:
            audit.record(request, "password", user)
            end_sessions(user, request)
        return response

    @admin.display(description=_("roles"))
    def roles(self, user):
        return ", ".join(label(group.name) for group in user.groups.all()) or "–"

    @admin.action(description=_("Remove the second factor, because key and phone are lost"), permissions=["change"])
    def remove_second_factor(self, request, queryset):
        """They are led to set up another when they next log in."""
        for user in queryset:
            if not self.has_change_permission(request, user):
                audit.record(request, "second factor", user, result=audit.REFUSED)
                messages.error(request, _("You may not change the account %s.") % user)
                continue
            Authenticator.objects.filter(user=user).delete()
            end_sessions(user)
            audit.record(request, "second factor", user, added=False)
            messages.success(request, _("%s has no second factor now and is logged out everywhere.") % user)


@admin.register(Group)
class RoleAdmin(Strict, GroupAdmin):
    """Roles are declared in code (thinktank/roles.py) and only looked at; a superuser may make further groups."""

    filter_horizontal = []
    list_display = ["role"]

    @admin.display(description=_("role"), ordering="name")
    def role(self, group):
        return label(group.name)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple(), **kwargs)

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser and (obj is None or obj.name not in roles())

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser and (obj is None or obj.name not in roles())

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        held = [
            f"{p.content_type.app_label}.{p.codename}" for p in form.instance.permissions.select_related("content_type")
        ]
        audit.record(request, "roles", form.instance, permissions=held)


class ByAction(Choice):
    title, parameter_name = _("action"), "action"

    def lookups(self, request, model_admin):
        return list(ACTIONS.items())


class ByPerson(Choice):
    title, parameter_name = _("person"), "person"

    def lookups(self, request, model_admin):
        names = User.objects.filter(is_staff=True).order_by("username").values_list("username", flat=True)[:200]
        return [(name, name) for name in [*names, audit.COMMAND_LINE]]


class ByLanguage(Choice):
    title, parameter_name = _("language"), "language"

    def lookups(self, request, model_admin):
        return [(code, language_name(code)) for code in codes()]


@admin.register(AuditEntry)
class AuditEntryAdmin(Strict, admin.ModelAdmin):
    list_display = ["moment", "who", "action_label", "about", "in_language", "result", "address"]
    list_filter = [ByAction, ByPerson, ByLanguage, "result", "at"]
    search_fields = ["person", "label", "address", "object_id"]
    fields = [
        "moment",
        "utc",
        "who",
        "action_label",
        "kind",
        "about",
        "number",
        "in_language",
        "address",
        "result",
        "said",
    ]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # each filter's counts would be a query over everything that was ever done
    list_per_page = 50

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"title": capfirst(self.opts.verbose_name_plural)} | (extra_context or {})
        )

    def lookup_allowed(self, lookup, value, request):
        return lookup in ("at__gte", "at__lt") or super().lookup_allowed(lookup, value, request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("action"), ordering="action")
    def action_label(self, entry):
        return ACTIONS.get(entry.action, entry.action)

    @admin.display(description=_("moment"), ordering="at")
    def moment(self, entry):
        return format_html('<bdi dir="ltr">{}</bdi>', f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}")

    @admin.display(description=_("person"), ordering="person")
    def who(self, entry):
        return _("command line") if entry.person == audit.COMMAND_LINE else entry.person or "–"

    @admin.display(description=AuditEntry._meta.get_field("label").verbose_name, ordering="label")
    def about(self, entry):
        return format_html("<bdi>{}</bdi>", entry.label or "–")

    @admin.display(description=_("kind"))
    def kind(self, entry):
        try:
            return apps.get_model(entry.model)._meta.verbose_name
        except (LookupError, ValueError):
            return entry.model or "–"

    @admin.display(description=_("number"))
    def number(self, entry):
        return entry.object_id or "–"

    @admin.display(description=_("language"), ordering="language")
    def in_language(self, entry):
        return language_name(entry.language) if entry.language in codes() else entry.language or "–"

    @admin.display(description="UTC")
    def utc(self, entry):
        return format_html('<bdi dir="ltr">{}</bdi>', f"{entry.at:%Y-%m-%d %H:%M:%S}")

    @admin.display(description=_("details"))
    def said(self, entry):
        return format_html('<pre dir="ltr">{}</pre>', json.dumps(entry.detail, ensure_ascii=False, indent=1))
