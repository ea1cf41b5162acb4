import taggit.admin
from django.contrib import admin

from thinktank import linking
from thinktank.admin import TranslatedAdmin, in_languages, searched
from thinktank.languages import codes

from .models import Format, Region, Tag, Topic

admin.site.unregister(taggit.models.Tag)  # the tags of this site are our own


class TermAdmin(TranslatedAdmin):
    in_each_language = ["name", "slug", "summary"]
    in_common = ["order", "is_featured"]
    route = "address"
    list_display = [*in_languages("name"), "order", "is_featured"]
    search_fields = searched("name", "slug")

    def get_list_display_links(self, request, list_display):
        return list_display[: len(codes())]


@admin.register(Format)
class FormatAdmin(TermAdmin):
    pass


@admin.register(Topic)
class TopicAdmin(TermAdmin):
    list_filter = ["is_featured"]


@admin.register(Region)
class RegionAdmin(TermAdmin):
    in_common = ["parent", "iso", "order", "is_featured"]
    list_display = [*in_languages("name"), "iso", "parent", "is_featured"]
    list_select_related = ["parent"]
    list_filter = ["is_featured"]
    search_fields = [*searched("name", "slug"), "iso"]


@admin.register(Tag)
class TagAdmin(TranslatedAdmin):
    in_each_language = ["label"]
    in_common = ["name", "slug"]
    list_display = ["name", *in_languages("label")]
    search_fields = ["name", *searched("label")]


for model in (Format, Region, Topic):
    linking.offer(linking.public_things(model, "address"))
