from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from thinktank import linking
from thinktank.admin import TranslatedAdmin, in_languages, searched
from thinktank.languages import codes

from .models import Expert


class ExpertForm(forms.ModelForm):
    links = SimpleArrayField(
        forms.URLField(max_length=400, assume_scheme="https"),
        label=_("Links"),
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text=_("Addresses, separated by commas."),
    )


@admin.register(Expert)
class ExpertAdmin(TranslatedAdmin):
    form = ExpertForm
    in_each_language = ["name", "slug", "role", "affiliation", "short_bio", "bio"]
    in_common = [
        "status", "sort_key", "photo", "topics", "regions", "spoken_languages", "email", "links", "is_featured",
        "account",
    ]  # fmt: skip
    route = "expert"
    raw_id_fields = ["photo"]
    list_display = [*in_languages("name"), "role_today", "status", "is_featured"]
    list_filter = ["status", "is_featured"]
    search_fields = [*searched("name", "slug"), "sort_key"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.show_hidden_initial = (
                False  # for a list's default Django adds a second, hidden field of the same text
            )
        return field

    def get_readonly_fields(self, request, obj=None):
        # Who is linked to an expert gets the texts of that expert.
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.has_perm("auth.change_user") else [*fixed, "account"]

    def get_list_display_links(self, request, list_display):
        return list_display[: len(codes())]

    @admin.display(description=_("role today"))
    def role_today(self, expert):
        return expert.role


linking.offer(linking.public_things(Expert, "expert"))
