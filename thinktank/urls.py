from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap as sitemap_view
from django.urls import URLResolver, include, path
from django.urls.resolvers import LocalePrefixPattern
from django.views.decorators.http import require_safe

from analyses import browsing, feeds, finding, preview_page, profiles
from analyses import views as analyses
from experts import views as experts

from . import sitemaps, views


class HomePattern(LocalePrefixPattern):
    """The home page of a language: `/` and `/ar`, without a slash at the end."""

    @property
    def language_prefix(self):
        return super().language_prefix.rstrip("/")


public = [
    path("policy-analysis", finding.archive, name="archive"),
    path("policy-analysis/<str:slug>", analyses.address, name="address"),
    path("policy-analysis/<str:slug>/v/<int:number>", analyses.version, name="edition_version"),
    path("experts", experts.directory, name="experts"),
    path("experts/<str:slug>", profiles.expert, name="expert"),
    path("tags/<str:slug>", browsing.tag, name="tag"),
    path("search", finding.search, name="search"),
    path("search/suggest", finding.suggest, name="suggest"),
    path("feed", feeds.latest, name="feed"),
    path("<str:slug>", views.page, name="page"),
    path("<path:path>/", views.without_slash),
    path("", views.without_slash, {"path": ""}),
]

urlpatterns = [
    path("admin", views.with_slash),
    path("admin/", admin.site.urls),
    path("accounts/", include("thinktank.account_urls")),
    path("preview/<str:token>", preview_page.page, name="preview"),
    path("media/<str:name>", views.rendition, name="rendition"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemaps.index), name="sitemap"),
    path("sitemap-<section>.xml", require_safe(sitemap_view), {"sitemaps": sitemaps.SECTIONS}, name="sitemap_section"),
    URLResolver(HomePattern(prefix_default_language=False), [path("", analyses.home, name="home")]),
    *i18n_patterns(*public, prefix_default_language=False),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.page_not_found
handler500 = views.server_error
