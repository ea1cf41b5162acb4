"""Sitemaps for search engines, in sections of at most 5,000 addresses."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.utils.translation import override

from analyses.editions import Edition
from experts.models import Expert
from taxonomy.models import Format, Region, Topic

from . import chrome
from .languages import codes, column, read
from .models import Page


class Section(Sitemap):
    """Addresses come from the settings, not from the request: its host and scheme are the client's word."""

    limit = 5000

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme


class Editions(Section):
    """The live texts of one language."""

    def __init__(self, language):
        self.language = language

    def items(self):
        return Edition.objects.live(self.language).order_by("published_at", "pk").only("slug", "language", "live_from")

    def location(self, edition):
        return edition.get_absolute_url()

    def lastmod(self, edition):
        return edition.live_from


class Places(Section):
    """Home, topics, regions, formats, people and pages of one language."""

    ROUTES = {Format: "address", Topic: "address", Region: "address", Expert: "expert", Page: "page"}

    def __init__(self, language):
        self.language = language

    def items(self):
        with override(self.language):
            found = [chrome.home_url(self.language), chrome.everywhere("archive")[self.language]]
            found.append(chrome.everywhere("experts")[self.language])
            for kind, route in self.ROUTES.items():
                for row in kind.objects.in_language(self.language).only("pk", column("slug", self.language)):
                    found.extend(chrome.addresses(route, {self.language: read(row, "slug", self.language)}).values())
        return found

    def location(self, path):
        return path


SECTIONS = {f"texts-{code}": Editions(code) for code in codes()} | {f"places-{code}": Places(code) for code in codes()}


def index(request):
    response = sitemap_views.index(request, sitemaps=SECTIONS, sitemap_url_name="sitemap_section")
    for listed in response.context_data["sitemaps"]:
        # Django builds these from the request's host and scheme.
        listed.location = urlsplit(listed.location)._replace(scheme="", netloc="").geturl()
        listed.location = chrome.absolute(listed.location)
    return response
