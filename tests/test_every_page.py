"""What holds for every address in every language, found by following the site's own links."""

import json
import re
from collections import Counter
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils.translation import override
from lxml import etree
from lxml import html as lxml_html

from analyses import lists
from thinktank.languages import codes, languages

from .factories import CANARIES, make_institute

pytestmark = pytest.mark.django_db

ARTICLES = ("/policy-analysis/river-low", "/ar/policy-analysis/alnhr-mnkhfd")


class Visited:
    """One answer, with what it cost."""

    def __init__(self, path):
        self.path = path
        self.language = next((code for code in codes()[1:] if re.match(rf"/{code}(/|\?|$)", path)), codes()[0])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            self.response = Client().get(path)
        self.queries = [query["sql"] for query in queries]
        self.status = self.response.status_code
        self.content = b"".join(self.response) if self.response.streaming else self.response.content
        self.is_html = self.response["Content-Type"].startswith("text/html") and bool(self.content)
        self.is_page = self.is_html and self.status == 200
        with override(self.language):
            self.name = self.response.resolver_match and self.response.resolver_match.url_name
        self.tree = lxml_html.document_fromstring(self.content) if self.is_html else None

    def links(self):
        """The addresses on the site that this answer leads to, without their fragments."""
        if "Location" in self.response:
            found = [self.response["Location"]]
        elif self.is_html:
            found = [
                *self.tree.xpath("//a/@href"),
                *self.tree.xpath("//link[@rel='alternate' or @rel='canonical']/@href"),
            ]
            found += self.tree.xpath("//img/@src")
        elif "xml" in self.response["Content-Type"] and self.content:
            root = etree.fromstring(self.content)
            found = [*root.xpath("//*[local-name()='loc']/text()"), *root.xpath("//*[local-name()='link']/@href")]
        elif self.response["Content-Type"].startswith("text/plain"):
            found = re.findall(r"^Sitemap: (.+)$", self.content.decode(), re.M)
        else:
            return set()
        absolute = (urljoin(settings.SITE_URL + self.path, link).partition("#")[0] for link in found)
        return {link.removeprefix(settings.SITE_URL) or "/" for link in absolute if is_ours(link)}


def is_worth_a_visit(path):
    """Two filters at once make thousands of lists; the archive's own tests go there."""
    return not path.startswith("/static/") and path.count("&") == 0


def is_ours(link):
    return link == settings.SITE_URL or link.startswith((f"{settings.SITE_URL}/", f"{settings.SITE_URL}?"))


def public_addresses():
    """The addresses in the URL conf that need nothing to be filled in, in every language."""
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    found = set()
    for code in codes():
        with override(code):
            for name in names | {"home"}:
                try:
                    found.add(reverse(name))
                except Exception:  # it needs a slug; links lead to those
                    continue
    return {path for path in found if not path.startswith("/accounts/")}  # those are for staff


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory, quick_settings):
    """`{path: Visited}` of the whole site."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        with transaction.atomic():
            make_institute()
            Client().get(ARTICLES[0])  # content types are read once in the life of a process
            site, waiting = (
                {},
                {"/", "/sitemap.xml", "/robots.txt", "/search?q=river", "/ar/search?q=النهر"} | public_addresses(),
            )
            while waiting:
                path = waiting.pop()
                site[path] = Visited(path)
                waiting |= {link for link in site[path].links() if link not in site and is_worth_a_visit(link)}
                assert len(site) < 3000, "The site has no end"
            yield site
            transaction.set_rollback(True)


@pytest.fixture
def pages(site):
    return [visited for visited in site.values() if visited.is_page and not visited.path.startswith("/admin")]


def test_the_crawl_finds_every_kind_of_page_in_both_languages(pages):
    found = Counter((page.language, page.name) for page in pages)
    kinds = {"home", "archive", "address", "experts", "expert", "tag", "search", "page"}
    assert {(code, kind) for code in codes() for kind in kinds} <= set(found)
    assert set(ARTICLES) <= {page.path for page in pages}


def test_every_internal_link_answers(site):
    broken = {path: visited.status for path, visited in site.items() if visited.status not in (200, 301)}
    assert not {path: status for path, status in broken.items() if not path.startswith("/admin")}
    leading = {visited.response["Location"] for visited in site.values() if visited.status == 301}
    assert all(site[path].status == 200 for path in leading if path in site)


def test_no_page_asks_for_a_file_that_there_is_not(pages):
    asked = {
        src
        for page in pages
        for src in page.tree.xpath("//script/@src | //link[@rel!='alternate' and @rel!='canonical']/@href")
    }
    assert asked
    assert not [src for src in asked if not finders.find(src.removeprefix("/static/"))]


def test_no_page_asks_another_host_for_anything(pages):
    for page in pages:
        asked = page.tree.xpath(
            "//script/@src | //link[@rel!='alternate' and @rel!='canonical']/@href | //img/@src | //source/@src | //iframe/@src"
        )
        sets = [part.split()[0] for value in page.tree.xpath("//@srcset") for part in value.split(", ")]
        assert not [src for src in [*asked, *sets] if not re.match(r"/[^/]", src)], page.path


def test_every_page_has_one_first_heading(pages):
    assert not {page.path: len(page.tree.xpath("//h1")) for page in pages if len(page.tree.xpath("//h1")) != 1}


def test_no_first_heading_is_empty(pages):
    assert not [page.path for page in pages if not page.tree.xpath("string(//h1)").strip()]


def test_headings_do_not_skip_a_level(pages):
    skipping = {}
    for page in pages:
        levels = [
            int(h.tag[1]) for h in page.tree.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5]")
        ]
        steps = list(zip([0, *levels], levels, strict=False))
        if any(after > before + 1 for before, after in steps):
            skipping[page.path] = levels
    assert not skipping


def test_every_page_says_its_language_and_direction(pages):
    for page in pages:
        assert page.tree.get("lang") == page.language, page.path
        assert page.tree.get("dir") == languages()[page.language].direction, page.path
        assert page.response["Content-Language"] == page.language, page.path


def test_every_page_has_a_title_of_its_own(pages):
    titles = {page.path: page.tree.xpath("string(//head/title)").strip() for page in pages}
    assert all(titles.values())
    articles = [title for path, title in titles.items() if "river-low" in path or path == "/"]
    assert len(set(articles)) == len(articles)


def canonical(page):
    return page.tree.xpath("//link[@rel='canonical']/@href")


def test_every_canonical_address_is_absolute_and_answers(site, pages):
    for page in pages:
        [address] = canonical(page)
        assert is_ours(address), page.path
        assert site[address.removeprefix(settings.SITE_URL) or "/"].status == 200, page.path


def test_a_canonical_page_is_its_own_canonical(site, pages):
    for page in pages:
        target = site[canonical(page)[0].removeprefix(settings.SITE_URL) or "/"]
        assert canonical(target) == canonical(page), page.path


def alternates(page):
    return {link.get("hreflang"): link.get("href") for link in page.tree.xpath("//link[@rel='alternate'][@hreflang]")}


def test_alternates_in_other_languages_lead_back(site, pages):
    found = 0
    for page in pages:
        for code, address in alternates(page).items():
            other = site[address.removeprefix(settings.SITE_URL) or "/"]
            assert other.status == 200 and other.language == code, (page.path, address)
            assert alternates(other).get(page.language) == canonical(page)[0], (page.path, address)
            found += code != page.language
    assert found > 20


def test_the_language_switch_leads_where_the_alternates_do(pages):
    for page in pages:
        for link in page.tree.xpath("//nav[@class='language-switch']//a[@hreflang]"):
            assert settings.SITE_URL + link.get("href") == alternates(page)[link.get("hreflang")], page.path


def test_structured_data_is_json_with_a_type(pages):
    found = 0
    for page in pages:
        for block in page.tree.xpath("//script[@type='application/ld+json']/text()"):
            assert json.loads(block)["@type"], page.path
            found += 1
    assert found > 10


def test_no_identifier_stands_twice_in_a_page(pages):
    doubles = {}
    for page in pages:
        twice = [name for name, times in Counter(page.tree.xpath("//@id")).items() if times > 1]
        if twice:
            doubles[page.path] = twice
    assert not doubles


def test_every_reference_to_an_identifier_finds_it(pages):
    for page in pages:
        names = set(page.tree.xpath("//@id"))
        wanted = {href[1:] for href in page.tree.xpath("//a/@href") if href.startswith("#")}
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            wanted |= {name for value in page.tree.xpath(f"//@{attribute}") for name in value.split()}
        assert wanted <= names, (page.path, wanted - names)


def test_every_field_of_a_form_has_a_label(pages):
    found = 0
    for page in pages:
        for field in page.tree.xpath("//form//*[self::input or self::select or self::textarea][not(@type='hidden')]"):
            label = (
                page.tree.xpath(f"//label[@for='{field.get('id')}']")
                if field.get("id")
                else field.xpath("ancestor::label")
            )
            assert label and label[0].text_content().strip(), page.path
            found += 1
    assert found


def test_every_picture_has_an_alternative_text_and_its_size(pages):
    found = 0
    for page in pages:
        for picture in page.tree.xpath("//img"):
            assert picture.get("alt") is not None and picture.get("width") and picture.get("height"), page.path
            found += 1
    assert found


def test_every_link_and_button_has_a_name(pages):
    for page in pages:
        for element in page.tree.xpath("//a[@href] | //button"):
            name = element.text_content().strip() or element.get("aria-label") or element.xpath("string(.//img/@alt)")
            assert name, (page.path, element.get("href"))


def test_no_page_has_inline_scripts_styles_or_handlers(pages):
    for page in pages:
        assert not page.tree.xpath("//script[not(@src)][not(@type='application/ld+json')]"), page.path
        assert not page.tree.xpath("//style | //@style"), page.path
        assert not [name for element in page.tree.iter() for name in element.attrib if name.startswith("on")], page.path


def test_no_link_is_a_script_or_data(pages):
    for page in pages:
        assert not [
            href for href in page.tree.xpath("//@href") if re.match(r"\s*(javascript|data|vbscript):", href, re.I)
        ]


def test_public_answers_set_no_cookie(site):
    assert not [v.path for v in site.values() if v.response.cookies and not v.path.startswith("/admin")]


def test_public_answers_vary_on_nothing_but_encoding(site):
    for visited in site.values():
        if not visited.path.startswith("/admin"):
            vary = {word.strip().lower() for word in visited.response.get("Vary", "").split(",")}
            assert vary <= {"", "accept-encoding"}, visited.path


def test_public_answers_are_kept_for_a_minute(site):
    for visited in site.values():
        if visited.is_html and not visited.path.startswith("/admin"):
            assert visited.response["Cache-Control"] == "public, max-age=60", visited.path


def test_a_page_that_has_not_changed_answers_304(site, pages):
    assert pages
    for page in pages:
        again = Client().get(page.path, headers={"if-none-match": page.response["ETag"]})
        assert again.status_code == 304 and not again.content, page.path


def test_the_content_security_policy_is_enforced_and_strict(site):
    for visited in site.values():
        if visited.path.startswith("/admin"):
            continue
        policy = dict(
            part.strip().partition(" ")[::2] for part in visited.response["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'", visited.path
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", visited.path
        assert policy["form-action"] == "'self'"
        assert "Content-Security-Policy-Report-Only" not in visited.response
        assert "unsafe" not in visited.response["Content-Security-Policy"]


def test_every_answer_carries_the_security_headers(site):
    for visited in site.values():
        assert visited.response["X-Content-Type-Options"] == "nosniff", visited.path
        assert visited.response["Referrer-Policy"], visited.path
        assert visited.response["Cross-Origin-Opener-Policy"] == "same-origin", visited.path
        assert visited.response["X-Frame-Options"] == "DENY", visited.path
        assert not {"Server", "X-Powered-By"} & set(visited.response.headers), visited.path


def most_queries(page):
    name = page.name
    if name in ("archive", "search"):
        return {"archive": 6, "search": 8}[name]
    return 5 if page.path.startswith(ARTICLES) or "article" in page.tree.xpath("string(//main/article/@class)") else 4


def test_no_page_costs_more_queries_than_it_may(pages):
    dear = {page.path: page.queries for page in pages if len(page.queries) > most_queries(page)}
    assert not dear, {path: len(queries) for path, queries in dear.items()}


def test_no_byte_of_the_site_has_a_word_of_what_is_not_public(site):
    found = {}
    for visited in site.values():
        headers = " ".join(f"{name}: {value}" for name, value in visited.response.items())
        text = f"{unquote(visited.path)} {unquote(headers)} {visited.content.decode('utf-8', 'replace')}".lower()
        leaked = [word for word in CANARIES if word in text]
        if leaked:
            found[visited.path] = leaked
    assert not found


def test_no_file_has_a_word_of_what_is_not_public_in_its_name(pages):
    for page in pages:
        for value in page.tree.xpath("//@srcset | //@src"):
            assert not [word for word in CANARIES if word in unquote(value).lower()], page.path


def test_an_arabic_page_has_no_english_words_in_its_interface(pages):
    """The frame round the content: navigation, footer, labels. Names and endonyms of other languages are marked."""
    for page in pages:
        if page.language != "ar":
            continue
        for element in page.tree.xpath(
            "//header[@class='site-header']//* | //footer//* | //label | //button | //summary"
        ):
            if element.xpath("ancestor-or-self::*[@lang and @lang!='ar'] | ancestor-or-self::bdi"):
                continue
            assert not re.search(r"[A-Za-z]{3}", element.text or ""), (page.path, element.text)


def test_the_archive_is_crawled_to_its_last_page(pages):
    numbers = [
        int(dict([urlsplit(p.path).query.split("=")])["page"])
        for p in pages
        if p.path.startswith("/policy-analysis?page=")
    ]
    assert numbers and max(numbers) >= 28 / lists.PAGE
