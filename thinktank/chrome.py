"""What every page has round its content: head, language switch, breadcrumb, footer."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from .images import renditions
from .languages import codes, language, languages, read
from .models import Page


def absolute(path):
    return settings.SITE_URL + path


def site(request):
    """Context processor: the institute, its languages, and the pages in the footer (read only if they are printed)."""
    return {
        "institute": {
            "name": settings.INSTITUTE_NAME[get_language()],
            "tagline": settings.INSTITUTE_TAGLINE[get_language()],
        },
        "direction": language().direction,
        "preload_fonts": language().fonts,
        "italic_font": language().italic_font,
        "numerals": "arab" if language().digits else "",
        "languages_all": [
            {"code": code, "name": known.endonym, "direction": known.direction, "home_url": home_url(code)}
            for code, known in languages().items()
        ],
        "footer_pages": footer_pages,
        "year": timezone.localdate().year,
    }


def home_url(code):
    with override(code):
        return reverse("home")


def footer_pages():
    code = get_language()
    return [
        {"title": read(page, "title", code), "url": page.get_absolute_url()}
        for page in Page.objects.in_language(code).only(f"title_{code}", f"slug_{code}", "order")
    ]


def addresses(route, slugs):
    """`{language: path}` of one thing from its `{language: slug}`."""
    found = {}
    for code in codes():
        if slugs.get(code):
            with override(code):
                found[code] = reverse(route, args=[slugs[code]])
    return found


def everywhere(route, query=""):
    """`{language: path}` of a page that exists in every language."""
    found = {}
    for code in codes():
        with override(code):
            found[code] = reverse(route) + (f"?{query}" if query else "")
    return found


def page(title, paths, description="", breadcrumb=(), image=None, noindex=False, canonical=None, og_type="website"):
    """What the head and the language switch say of a page that stands at `paths`, `{language: path}`."""
    current = get_language()
    own = canonical or paths.get(current)
    return {
        "title": title,
        "description": description,
        "canonical": absolute(own) if own else None,
        "alternates": [
            {
                "language": code,
                "name": languages()[code].endonym,
                "direction": languages()[code].direction,
                "url": path,
                "absolute": absolute(path),
                "current": code == current,
            }
            for code, path in paths.items()
        ],
        "breadcrumb": list(breadcrumb),
        "image_url": absolute(renditions(image, "16:9")["src"]) if image and image.is_showable else None,
        "noindex": noindex,
        "og_type": og_type,
        "og_locale": language().open_graph_locale,
    }
