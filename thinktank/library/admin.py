"""The library's own page, a grid, and the page of one picture."""

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _
from js_asset import Script

from ..admin import TranslatedAdmin, searched
from ..images import RATIOS, renditions
from ..languages import codes, column
from ..models import Image
from ..newsroom import Newsroom
from . import expiring, upload, withdrawal
from .chooser import picker
from .tiles import DescriptionFilter, RightsFilter, UseFilter, marks, tile
from .where_used import titles_in_use, where_used

Newsroom.panels.append(expiring.panels)

WITHDRAW = "thinktank.withdraw_image"


class ImageForm(forms.ModelForm):
    """Nobody who cannot see the picture is left without it: a description in each language, or "decorative"."""

    disk_words = ""  # why the last attempt to keep the file failed

    def clean(self):
        cleaned = super().clean()
        if self.disk_words:
            self.add_error(None, self.disk_words)
        if not cleaned.get("is_decorative"):
            for code in codes():
                name = column("alt", code)
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("Describe the picture in this language, or mark it as decorative."))
        return cleaned


@admin.register(Image)
class ImageAdmin(TranslatedAdmin):
    form = ImageForm
    in_each_language = ["alt", "caption"]
    rights = ["is_decorative", "credit", "licence", "source_url", "licence_until"]
    readonly_fields = ["preview"]
    list_filter = [UseFilter, RightsFilter, DescriptionFilter]
    list_per_page = 48
    list_max_show_all = 0
    actions_selection_counter = False  # its script counts the rows of a table
    search_fields = [*searched("alt"), "credit", "licence"]
    change_list_template = "admin/newsroom/library.html"
    change_form_template = "admin/newsroom/picture.html"
    delete_confirmation_template = "admin/newsroom/delete_image.html"

    class Media:
        css = {"all": ["newsroom/library.css"]}
        js = [Script("newsroom/focal.js", type="module")]

    # -- who may do what

    def has_change_permission(self, request, obj=None):
        """Whoever may change every picture, and whoever added it, so that they can describe it."""
        if super().has_change_permission(request, obj):
            return True
        return obj is not None and self.has_add_permission(request) and obj.uploaded_by_id == request.user.pk

    def may_withdraw(self, request):
        return request.user.has_perm(WITHDRAW)

    # -- the grid

    def changelist_view(self, request, extra_context=None):
        context = {"may_upload": self.has_add_permission(request), "title": _("Library of pictures")} | (
            extra_context or {}
        )
        response = super().changelist_view(request, context)
        if getattr(response, "context_data", None) and "cl" in response.context_data:
            response.context_data["tiles"] = [tile(image) for image in response.context_data["cl"].result_list]
        return response

    # -- one picture

    def get_fieldsets(self, request, obj=None):
        *languages, (name, options) = super().get_fieldsets(request, obj)
        fields = ["preview" if obj else "file", ("focal_x", "focal_y"), *self.rights]
        return [*languages, (name, options | {"fields": fields})]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "source_url":
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "file":
            field.widget = forms.FileInput()  # masters have no address that "Currently:" could lead to
            field.max_length = None  # the name is not kept, so it may be as long as it likes
        if db_field.name == "licence_until":
            field.widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        return field

    @admin.display(description=_("preview"))
    def preview(self, image):
        return render_to_string(
            "admin/newsroom/focal.html",
            {
                "image": image,
                "whole": renditions(image),
                "crops": [(ratio, *size, renditions(image, ratio)) for ratio, size in RATIOS.items()],
            },
        )

    def save_model(self, request, obj, form, change):
        if not change:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)

    def get_form(self, request, *args, **kwargs):
        form = super().get_form(request, *args, **kwargs)
        form.disk_words = upload.disk_words(request)
        return form

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except OSError as error:
            if request.method != "POST" or hasattr(request, "disk_error"):
                raise
            request.disk_error = error
            return super().changeform_view(request, *args, **kwargs)  # the form again, with the reason

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            context |= {
                "used": where_used(request, obj),
                "marks": marks(obj),
                "may_withdraw": self.may_withdraw(request),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # -- deletion: not while it is in use

    def get_deleted_objects(self, objs, request):
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        in_use = [title for image in objs for title in titles_in_use(request, image)]
        return deleted, counts, lacking, in_use or protected

    def delete_queryset(self, request, queryset):
        for image in queryset:  # each looks where it stands, and takes its file along
            image.delete()

    # -- addresses

    def get_urls(self):
        def view(route, function, name):
            wrapped = self.admin_site.admin_view(lambda request, **where: function(self, request, **where))
            return path(route, wrapped, name=f"thinktank_image_{name}")

        return [
            view("picker/", picker, "picker"),
            view("upload/", upload.upload, "upload"),
            view("describe/", upload.describe, "describe"),
            view("<int:pk>/withdraw/", withdrawal.withdraw, "withdraw"),
            view("<int:pk>/restore/", withdrawal.restore, "restore"),
            view("<int:pk>/replace/", withdrawal.replace, "replace"),
            *super().get_urls(),
        ]
