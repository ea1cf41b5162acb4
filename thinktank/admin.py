"""What every form of the newsroom in two languages shares, and the forms of pictures and simple pages."""

from csp.constants import NONCE
from csp.decorators import csp_update
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from js_asset import Media, Script
from modeltranslation.admin import TranslationAdmin

from . import (
    editor,
    linking,
    preferences,
    staff,  # noqa: F401, registers accounts, roles and the audit
)
from .fields import AddressField
from .languages import codes, column, languages, read
from .library.chooser import PictureWidget
from .models import Image, Page
from .permalinks import SlugTaken
from .strict import Strict


class InLanguages:
    """For admins and inlines of a translated model: each language's fields are written in its own direction.

    Stands first among the base classes.
    """

    label_names_language = False  # where the form itself does not say which language a field is in

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        code = getattr(db_field, "language", None)
        if field is None or not code:
            return in_lines(field)
        language = languages()[code]
        # An address is ASCII or reads like one; everything else runs as its language does.
        direction = "ltr" if isinstance(db_field, AddressField) else language.direction
        field.widget.attrs |= {"lang": code, "dir": direction}
        field.label = capfirst(db_field.translated_field.verbose_name)
        if self.label_names_language:
            field.label = format_html("{} (<bdi>{}</bdi>)", field.label, language.endonym)
        return field


def in_lines(field):
    """`field` with room for what is longer than a line."""
    if getattr(field, "max_length", None) and field.max_length > 400 and type(field.widget) is AdminTextInputWidget:
        field.widget = AdminTextareaWidget({"maxlength": field.max_length, "rows": 3})
    return field


class TranslatedAdmin(InLanguages, Strict, TranslationAdmin):
    """A form with one fieldset for each language, which a script turns into tabs.

    A subclass names its fields in `in_each_language`, `in_common` and, to be shown on the site, `route`.
    """

    in_each_language = ()
    in_common = ()
    route = None
    change_form_template = "admin/newsroom/change_form.html"
    view_on_site = False  # there is one address for each language: public_addresses()
    show_full_result_count = False
    list_per_page = 50

    class Media:
        css = {"all": ["newsroom/form.css"]}
        js = [Script("newsroom/tabs.js", type="module")]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is Image:
            kwargs.setdefault("widget", PictureWidget())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(db_field, request, **{"widget": forms.CheckboxSelectMultiple} | kwargs)

    def get_fieldsets(self, request, obj=None):
        by_language = [
            (
                language.endonym,
                {
                    "fields": [column(name, code) for name in self.in_each_language],
                    "classes": ["language", f"language-{code}"],
                },
            )
            for code, language in languages().items()
        ]
        return [*by_language, (_("In every language"), {"fields": list(self.in_common)})]

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except SlugTaken:
            # Somebody took the address between the check and the save. Now the check sees it, and says so at the field.
            return super().changeform_view(request, *args, **kwargs)

    @method_decorator(csp_update({"script-src": [NONCE]}))
    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        # The text editor's import map is the one inline script of the newsroom.
        context["media"] = Media.from_media(context["media"] + editor.MODULES, nonce=request.csp_nonce)
        context["editor"] = {
            "labels": editor.LABELS,
            "settings": editor.settings_of_page(),
            "pictures": reverse("admin:thinktank_image_picker"),
        }
        context["preferences"] = preferences.of(request.user)
        if obj and context.get("errors"):  # the object holds what was sent, an address that cannot be one say
            context["public_addresses"] = self.public_addresses(self.model._base_manager.get(pk=obj.pk))
        else:
            context["public_addresses"] = self.public_addresses(obj) if obj else []
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def public_addresses(self, obj):
        """Where readers find it: `[{"code", "endonym", "url"}]`, only the languages that it has."""
        found = []
        for code in obj.languages() if self.route else []:
            slug = read(obj, "slug", code)
            if slug:
                with override(code):
                    url = reverse(self.route, args=[slug])
                found.append({"code": code, "endonym": languages()[code].endonym, "url": url})
        return found


def in_language(name, code):
    """A column of a list: the field `name` in one language, under the language's own name."""

    @admin.display(description=languages()[code].endonym, ordering=column(name, code))
    def shown(obj):
        return format_html('<span lang="{}" dir="auto">{}</span>', code, read(obj, name, code) or "–")

    return shown


def in_languages(name):
    return [in_language(name, code) for code in codes()]


def searched(*names):
    return [column(name, code) for name in names for code in codes()]


@admin.register(Page)
class PageAdmin(TranslatedAdmin):
    in_each_language = ["title", "slug", "body"]
    in_common = ["order"]
    route = "page"
    list_display = [*in_languages("title"), "order"]
    list_display_links = list_display[:-1]
    search_fields = searched("title", "slug")


linking.offer(linking.public_things(Page, "page"))
from .library import admin as library  # noqa: E402, F401, its forms are made of the above
