"""The newsroom: Django's admin under the institute's name, with a switch for the language that staff work in."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.db.transaction import atomic
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from . import linking

ROOMS = ["analyses", "experts", "thinktank", "taxonomy"]  # the order of the apps on the desk; others follow


@dataclass
class Panel:
    """One list on the desk, the first page of the newsroom."""

    name: str
    title: str
    rows: list = field(default_factory=list)  # what templates/admin/newsroom/desk_panel.html prints
    empty: str = ""  # said where there is no row
    more: tuple | None = None  # (address, words) of the whole list


class Newsroom(AdminSite):
    index_title = _("Newsroom")
    index_template = "admin/newsroom/desk.html"
    enable_nav_sidebar = False  # what is used every day stands in the header, and texts have the width
    panels = []  # functions that give, for a request, panels of the desk; an app adds its own

    def index(self, request, extra_context=None):
        shown = [panel for panels in self.panels for panel in panels(request)]
        return super().index(request, {"panels": shown, "zone": settings.TIME_ZONE} | (extra_context or {}))

    def get_app_list(self, request, app_label=None):
        """What is written every day first."""
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: ROOMS.index(app["app_label"]) if app["app_label"] in ROOMS else len(ROOMS))

    def each_context(self, request):
        name = settings.INSTITUTE_NAME[get_language()]
        return super().each_context(request) | {
            "site_header": name,
            "site_title": name,
            "second_factor_is_off": not settings.REQUIRE_SECOND_FACTOR,
        }

    def get_urls(self):
        from . import preferences  # a model: it cannot be imported before the apps are

        return [
            path("i18n/", require_POST(set_language), name="set_language"),
            path("links/", self.admin_view(linking.targets), name="links"),
            path("preferences/", self.admin_view(require_POST(atomic(preferences.remember))), name="preferences"),
            # Django's would tell everybody the address of everything, a text that is only scheduled among it.
            path("r/<path:content_type_id>/<path:object_id>/", self.no_such_address, name="view_on_site"),
            *super().get_urls(),
        ]

    def no_such_address(self, request, **kwargs):
        raise Http404

    def has_permission(self, request):
        return super().has_permission(request) and not self.lacks_second_factor(request)

    def lacks_second_factor(self, request):
        from .accounts import has_second_factor

        return settings.REQUIRE_SECOND_FACTOR and not has_second_factor(request)

    def login(self, request, extra_context=None):
        """There is one page to log in, allauth's. Django's own would take a password alone, and as often as one likes."""
        from django.contrib.auth.views import redirect_to_login  # needs the models, which are not there yet above

        if self.has_permission(request):
            return redirect("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or request.get_full_path())
        if not super().has_permission(request):
            raise PermissionDenied
        messages.warning(request, _("First set up a second factor: a passkey, or an app that shows codes."))
        return redirect("mfa_index")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")


class NewsroomConfig(AdminConfig):
    default_site = "thinktank.newsroom.Newsroom"
