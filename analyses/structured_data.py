"""schema.org data of a page, for search engines and for those who cite."""

from django.conf import settings

from thinktank import chrome


def institute(about, path):
    return {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": about["name"],
        "description": about["tagline"],
        "url": chrome.absolute(path),
    }


def article(edition, page):
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": edition.title,
        "description": edition.summary,
        "inLanguage": edition.language,
        "datePublished": edition.published_at.isoformat(),
        "dateModified": (edition.updated_at or edition.published_at).isoformat(),
        "mainEntityOfPage": page["canonical"],
        "wordCount": edition.words,
        "author": [
            {"@type": "Person", "name": author["name"]}
            | ({"url": chrome.absolute(author["url"])} if author["url"] else {})
            | ({"jobTitle": author["role"]} if author["role"] else {})
            for author in edition.byline
        ],
        "publisher": {"@type": "Organization", "name": settings.INSTITUTE_NAME[edition.language]},
    }
    if page["image_url"]:
        data["image"] = [page["image_url"]]
    return data


def person(expert, page):
    return {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": {
            "@type": "Person",
            "name": expert.name,
            "jobTitle": expert.role,
            "url": page["canonical"],
        },
    }
