"""What a card shows of an edition: addresses and names in its language, worked out without a query."""

from django.urls import reverse
from django.utils.translation import override

from thinktank.languages import languages, read


def presented(editions):
    """The editions of `for_cards` or `for_page`, each with `format_name`, `format_url`, linked byline and other languages."""
    return [present(edition) for edition in editions]


def present(edition):
    language = edition.language
    edition.format_name = read(edition.format, "name", language)
    with override(language):
        slug = read(edition.format, "slug", language)
        edition.format_url = reverse("address", args=[slug]) if slug else None
        for author in edition.byline:
            author["url"] = reverse("expert", args=[author["slug"]]) if author["slug"] else None
    for other in edition.also_in:
        known = languages()[other["language"]]
        with override(known.code):
            other["url"] = reverse("address", args=[other["slug"]])
        other["name"], other["direction"] = known.endonym, known.direction
    return edition


def term_links(rows, language, route="address", name="name", slug="slug"):
    """`{"name", "url"}` of the terms of `for_page` that have a page in this language."""
    with override(language):
        return [
            {
                "name": row[f"{name}_{language}"],
                "url": reverse(route, args=[row.get(f"{slug}_{language}") or row[slug]]),
            }
            for row in rows
            if row.get(f"{name}_{language}") and (row.get(f"{slug}_{language}") or row.get(slug))
        ]
