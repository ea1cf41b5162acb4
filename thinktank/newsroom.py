"""The newsroom: Django's admin under the institute's name, with a switch for the language that staff work in."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language


class Newsroom(AdminSite):
    index_title = _("Newsroom")

    def each_context(self, request):
        name = settings.INSTITUTE_NAME[get_language()]
        return super().each_context(request) | {"site_header": name, "site_title": name}

    def get_urls(self):
        return [path("i18n/", require_POST(set_language), name="set_language"), *super().get_urls()]


class NewsroomConfig(AdminConfig):
    default_site = "thinktank.newsroom.Newsroom"
