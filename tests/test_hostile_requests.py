"""Whatever a client sends: an answer in the look and the language of the site, never a fault."""

import json
import re

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from lxml import html as lxml_html

from analyses.models import Analysis

from .factories import (
    edit,
    make_analysis,
    make_expert,
    make_format,
    make_image,
    make_page,
    make_region,
    make_tag,
    make_topic,
    publish,
)

pytestmark = pytest.mark.django_db

PREFIXES = ("", "/ar")
# Every public route of the URL conf with something in its place, and the same with nothing behind it.
ROUTES = (
    "", "/policy-analysis", "/policy-analysis/river-low", "/policy-analysis/river-low/v/1", "/policy-analysis/water",
    "/policy-analysis/unknown", "/experts", "/experts/rana-darwazeh", "/experts/unknown", "/tags/drought", "/tags/unknown",
    "/search", "/feed", "/about", "/unknown",
)  # fmt: skip
PLAIN = ("/robots.txt", "/sitemap.xml", "/sitemap-texts-en.xml", "/media/unknown.jpg")
PATHS = [prefix + route or "/" for prefix in PREFIXES for route in ROUTES]


@pytest.fixture(autouse=True)
def institute():
    text = make_analysis(
        "The River Is Low", "النهر منخفض", slug_ar="river-low", authors=[make_expert(slug_ar="rana-darwazeh")],
        topics=[make_topic(slug_ar="water")], regions=[make_region(slug_ar="iraq")], tags=[make_tag()],
    )  # fmt: skip
    publish(text, "en", "ar")
    make_page(slug_ar="about")
    return text


def answer(path, client=None, **kwargs):
    response = (client or Client(raise_request_exception=True)).get(path, **kwargs)
    assert response.status_code < 500, path
    return response


def is_in_the_look_of_the_site(response, path):
    page = lxml_html.document_fromstring(response.content)
    language = "ar" if path.startswith("/ar") else "en"
    assert page.get("lang") == language and page.get("dir") == {"en": "ltr", "ar": "rtl"}[language], path
    assert settings.INSTITUTE_NAME[language] in page.xpath("string(//header)"), path
    assert len(page.xpath("//h1")) == 1, path
    assert page.xpath("//meta[@name='robots'][@content='noindex']"), path
    return True


def refused(path, *statuses, **kwargs):
    response = answer(path, **kwargs)
    assert response.status_code in statuses, (path, response.status_code)
    assert is_in_the_look_of_the_site(response, path)
    return response


@pytest.mark.parametrize("path", PATHS)
def test_a_nul_in_the_query_is_refused(path):
    refused(f"{path}?q=a%00b&topic=%00", 400)


@pytest.mark.parametrize("path", PATHS)
def test_a_nul_in_the_address_is_refused(path):
    refused(f"{path.rstrip('/')}/%00", 400)
    refused(f"{path.rstrip('/')}/a%2500", 400)


def test_a_nul_in_a_cookie_is_refused():
    for path in ("/", "/ar"):
        refused(path, 400, headers={"cookie": "a=%00"})


UNKNOWN = [
        "region=abc", "region=99999999999999999999", "region=-1", "year=0", "year=99999", "year=1e3", "year=٢٠٢٦",
        "topic=' or 1=1--", "format=x;y", "expert=..", "tag=%25", "language=fr", "language=xx-yy", "topic=" + "a" * 300,
        "page=-1", "page=0", "page=1000000000", "page=last", "page=abc", "page=" + "9" * 1000, "page=2", "page=1.0", "page=٢",
        "page=%2B1", "page=1_0",
    ]  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_filter_or_page_that_there_is_not_is_not_found(prefix):
    for query in UNKNOWN:
        refused(f"{prefix}/policy-analysis?{query}", 404)


MEANINGLESS = ["order=x;y", "month=13", "utm_source=1", "fbclid=x", "topic=", "&&&", "=", "%ff%fe=1"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_keys_that_mean_nothing_change_nothing(path):
    for query in MEANINGLESS:
        plain, with_keys = answer(path), answer(f"{path}?{query}")
        assert with_keys.status_code == plain.status_code
        assert with_keys.content == plain.content


@pytest.mark.parametrize("page", ["-1", "0", "1000000000", "last", "abc", "2", "9" * 1000])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_page_of_results_that_there_is_not_is_not_found(prefix, page):
    refused(f"{prefix}/search?q=river&page={page}", 404)


@pytest.mark.parametrize("by", ["", "x", "name;", "topic'", "%ff"])
def test_a_directory_order_that_there_is_not_is_not_found(by):
    refused(f"/experts?by={by}x", 404)


@pytest.mark.parametrize("path", [*PATHS, *PLAIN])
def test_a_huge_query_is_refused_before_anything_is_read(path, django_assert_num_queries):
    with django_assert_num_queries(1):  # the footer's pages
        assert answer(f"{path}?q={'a' * 8192}").status_code in (400, 414)
    assert answer(f"{path}?{'&'.join(f'k{n}=1' for n in range(1500))}").status_code in (400, 414)
    assert answer(f"{path}?{'page=1&' * 2000}").status_code in (400, 414)


@pytest.mark.parametrize("path", PATHS)
def test_huge_headers_change_nothing(path):
    plain = answer(path)
    headers = {f"x-{number}": "a" * 100 for number in range(200)} | {"accept-language": "ar," * 20_000}
    assert answer(path, headers=headers).content == plain.content


TAILS = [
        "%ff%fe", "%c0%ae", "..%2f..%2fetc%2fpasswd", "%2e%2e/", "..%252f", "%252e%252e%252f", "%ed%a0%80", "%0d%0aSet-Cookie:a=b",
        "a%0ab", "%E2%80%AE", "%EF%BF%BE", "<script>alert(1)</script>", "'\"><svg onload=alert(1)>", "a" * 3000, "😀", ";", "*", "~",
    ]  # fmt: skip


@pytest.mark.parametrize("prefix", [f"{p}{r}" for p in PREFIXES for r in ("", "/policy-analysis", "/experts", "/tags")])
def test_no_encoding_of_an_address_is_a_fault(prefix):
    for tail in TAILS:
        response = answer(f"{prefix}/{tail}", follow=True)
        assert response.status_code in (400, 404), tail
        assert is_in_the_look_of_the_site(response, f"{prefix}/")
        assert "alert(1)" not in response.content.decode()
        assert not response.cookies


@pytest.mark.parametrize(
    "path", ["/media/..%2fsettings.py", "/media/..%2f..%2fmanage.py", "/static/..%2fsettings.py", "/media/%2e%2e/x"]
)
def test_no_path_leads_out_of_the_media(path):
    assert answer(path).status_code in (400, 404)


@pytest.mark.parametrize("number", ["0", "99", "2147483648", "9" * 30])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_edition_that_there_is_not_is_not_found(prefix, number):
    refused(f"{prefix}/policy-analysis/river-low/v/{number}", 404)


@pytest.mark.parametrize("section", ["texts-fr", "", "texts-en.xml", "../x"])
def test_a_sitemap_that_there_is_not_is_not_found(section):
    assert answer(f"/sitemap-{section}.xml").status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "2", "abc", "99999999999999999999"])
def test_a_page_of_a_sitemap_that_there_is_not_is_not_found(page):
    assert answer(f"/sitemap-texts-en.xml?p={page}").status_code == 404


OPERATORS = ("&&", "!!", ":*", "<->", "(((", ")", "'", '"', "\\", "%", "_", "-", "- -", "a:*b", "river & !low", "'' | ''", '"river',
             "-river", "or", "OR OR", "\u200f", "\u202e", "😀", "<b>", "a" * 300, "ر" * 300, "a b " * 70, "{}", "$1", "%s", "--", ";")  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_operators_of_a_search_are_words_or_nothing(prefix):
    for query in OPERATORS:
        response = answer(f"{prefix}/search", data={"q": query})
        assert response.status_code == 200
        assert response.context["total"] in (0, 1)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_search_prints_its_query_as_text(prefix):
    for query in ("<svg/onload=alert(1)>", '"><script>alert(1)</script>', "'-alert(1)-'", "{{7*7}}", "{% debug %}"):
        page = lxml_html.document_fromstring(answer(f"{prefix}/search", data={"q": query}).content)
        assert not page.xpath("//script[not(@src)] | //*[@onload]")
        assert page.xpath("string(//input[@name='q']/@value)") == query


METHODS = ["post", "put", "patch", "delete", "options", "trace"]  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, "/robots.txt", "/sitemap.xml", "/sitemap-texts-en.xml", "/media/x.jpg"])
def test_nothing_but_reading_is_allowed(path):
    for method in METHODS:
        response = getattr(Client(), method)(path)
        assert response.status_code in (404, 405), path
        assert not response.cookies


@pytest.mark.parametrize("path", PATHS)
def test_a_post_with_a_foreign_token_changes_nothing(path):
    response = Client(enforce_csrf_checks=True).post(path, {"a": "\x00"}, headers={"origin": "https://evil.example"})
    assert response.status_code in (403, 404, 405)
    assert Analysis.objects.count() == 1


@pytest.mark.parametrize("path", PATHS)
def test_head_has_the_headers_of_get_and_no_body(path):
    got, head = answer(path), Client().head(path)
    assert head.status_code == got.status_code and not head.content
    assert head["Content-Type"] == got["Content-Type"] and head["Cache-Control"] == got["Cache-Control"]


# --- Hosts, caches, redirects


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:evil", "testserver@evil.example", "a b", ""]
)
@pytest.mark.parametrize("path", ["/", "/ar", "/feed", "/sitemap.xml"])
def test_another_host_is_refused_and_not_cached(path, host):
    response = answer(path, headers={"host": host or " "})
    assert response.status_code == 400
    assert "no-store" in response["Cache-Control"]
    assert "evil.example" not in response.content.decode()


FORWARDED = {
    "x-forwarded-host": "evil.example", "x-host": "evil.example", "forwarded": "host=evil.example;proto=https",
    "x-original-url": "/admin/", "x-rewrite-url": "/admin/", "x-forwarded-prefix": "/evil", "x-http-method-override": "DELETE",
    "x-forwarded-server": "evil.example", "x-forwarded-port": "666", "x-forwarded-scheme": "evil",
}  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, *PLAIN])
def test_forwarded_headers_change_nothing(path):
    plain, hostile = answer(path), answer(path, headers=FORWARDED)
    assert hostile.status_code == plain.status_code
    assert hostile.content == plain.content
    assert dict(hostile.items()) == dict(plain.items())


@pytest.mark.parametrize("path", PATHS)
def test_addresses_in_a_page_are_those_of_the_settings(path, settings):
    settings.SITE_URL = "https://tamarisk.example"
    settings.ALLOWED_HOSTS = ["*"]
    response = answer(path, headers={"host": "mirror.example"})
    assert "mirror.example" not in response.content.decode()
    if response.status_code == 200:
        assert "https://tamarisk.example" in response.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_an_editors_session_changes_no_public_byte(path):
    plain = answer(path)
    client = Client()
    client.force_login(
        get_user_model().objects.create_superuser("editor", "e@tamarisk.example", "long-enough-password")
    )
    before = dict(client.cookies)
    response = answer(path, client=client)
    assert response.content == plain.content
    assert dict(response.items()) == dict(plain.items())
    assert not response.cookies and dict(client.cookies) == before


@pytest.mark.parametrize("path", PATHS)
def test_the_language_is_that_of_the_address(path):
    plain = answer(path)
    for language in ("ar", "en", "fr"):
        client = Client(headers={"accept-language": language})
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = answer(path, client=client)
        assert response.status_code == plain.status_code and response.content == plain.content


@pytest.mark.parametrize("path", PATHS)
def test_a_404_is_kept_for_a_minute_at_most_and_no_error_for_longer(path):
    response = answer(path)
    assert response["Cache-Control"] == "public, max-age=60"
    assert "no-store" in answer(f"{path}?a=%00")["Cache-Control"]


def fault(*args, **kwargs):
    raise RuntimeError("a secret of the machine")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_fault_says_so_in_the_language_of_the_address_and_is_not_cached(prefix, monkeypatch):
    monkeypatch.setattr("analyses.views.lists.candidates", fault)
    response = Client(raise_request_exception=False).get(prefix or "/")
    assert response.status_code == 500
    page = lxml_html.document_fromstring(response.content)
    assert page.get("lang") == ("ar" if prefix else "en") and len(page.xpath("//h1")) == 1
    assert "no-store" in response["Cache-Control"]
    assert "secret" not in response.content.decode() and "Traceback" not in response.content.decode()
    assert "'unsafe" not in response["Content-Security-Policy"]


SECURITY = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin"}


@pytest.mark.parametrize("path", [*PATHS, *PLAIN, "/?a=%00", "/ar?a=%00", "/ar/policy-analysis/", "/admin/login/"])
def test_every_answer_has_the_security_headers(path):
    response = answer(path)
    for name, value in SECURITY.items():
        assert response[name] == value
    assert response["Referrer-Policy"] and response["Permissions-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_over_tls_the_browser_is_told_to_stay_there(settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    for path in ("/", "/ar", "/unknown", "/sitemap.xml"):
        value = Client().get(path, secure=True)["Strict-Transport-Security"]
        assert "max-age=31536000" in value and "includeSubDomains" in value


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "//evil.example/", "//evil.example/..", "/ar//evil.example", "/ar//evil.example/", "///evil.example/",
        "/\\evil.example/", "/%5cevil.example/", "/%09/evil.example/", "//evil.example/%2f..", "/ar/\\evil.example/", "/%2f/evil.example/",
    ],
)  # fmt: skip
def test_no_address_leads_to_another_host(path):
    response = Client().generic("GET", path, PATH_INFO=path) if path.startswith("//") else answer(path)
    assert response.status_code in (301, 400, 404)
    if response.status_code == 301:
        assert re.match(r"/(?![/\\])", response["Location"]), response["Location"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("key", ["next", "url", "return", "redirect", "language"])
def test_no_parameter_leads_anywhere(prefix, key):
    for target in (
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
    ):
        response = answer(f"{prefix or '/'}", data={key: target})
        assert response.status_code == 200 and "evil.example" not in response.content.decode()


@pytest.mark.parametrize("path", [path for path in PATHS if len(path) > 3])
def test_a_slash_too_many_leads_to_the_address_without_it(path):
    response = answer(f"{path}/")
    assert response.status_code == 301 and response["Location"] == path


def test_a_slash_too_many_keeps_the_query():
    assert answer("/policy-analysis/?topic=water&page=1")["Location"] == "/policy-analysis?topic=water&page=1"
    assert answer("/ar/")["Location"] == "/ar"


# --- Hostile texts

HOSTILE = (
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{ 7|add:7 }}",
)


@pytest.fixture(params=HOSTILE)
def hostile(request):
    text = request.param
    expert = make_expert(
        text, text, slug_en="hostile", slug_ar="hostile", role_en=text, role_ar=text, affiliation_en=text, affiliation_ar=text,
        short_bio_en=text, short_bio_ar=text, is_featured=True, email="a@b.example",
    )  # fmt: skip
    slug = {"slug_en": "hostile", "slug_ar": "hostile"}
    topic = make_topic(text, text, slug_en="hostile-topic", slug_ar="hostile-topic", is_featured=True)
    region = make_region(text, text, slug_en="hostile-region", slug_ar="hostile-region", is_featured=True)
    format = make_format(text, text, slug_en="hostile-format", slug_ar="hostile-format")
    make_page(text, text, slug_en="hostile-page", slug_ar="hostile-page")
    analysis = make_analysis(
        text, text, summary_en=text, summary_ar=text, authors=[expert], topics=[topic], regions=[region], format=format,
        tags=[make_tag(text, text, text, slug="hostile")], image=make_image(text, text, credit=text), **slug,
    )  # fmt: skip
    analysis.authorships.update(role_en=text, role_ar=text, note_en=text, note_ar=text)
    publish(analysis, "en", "ar")
    return text


def test_hostile_texts_are_printed_as_text(hostile):
    paths = ("", "/policy-analysis", "/policy-analysis/hostile", "/policy-analysis/hostile-topic", "/policy-analysis/hostile-region",
             "/policy-analysis/hostile-format", "/experts", "/experts/hostile", "/tags/hostile", "/search?q=alert", "/hostile-page",
             "/policy-analysis?topic=hostile-topic", "/policy-analysis?tag=hostile&expert=hostile")  # fmt: skip
    for prefix in PREFIXES:
        for path in paths:
            page = lxml_html.document_fromstring(answer(prefix + path or "/").content)
            assert not page.xpath("//script[not(@src)][not(@type='application/ld+json')]"), path
            assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")], path
            if path not in ("/experts", "/search?q=alert"):
                assert (
                    hostile in " ".join([*page.itertext(), *page.xpath("//@alt | //@content")]) or "<" not in hostile
                ), path


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "a & b \u2028 “c”"])
def test_no_title_breaks_out_of_the_structured_data(institute, title):
    edit(institute, title_en=title, title_ar=title)
    for prefix, language in (("", "en"), ("/ar", "ar")):
        institute.publish(language)
        content = answer(f"{prefix}/policy-analysis/river-low").content
        page = lxml_html.document_fromstring(content)
        [block] = page.xpath("//script[not(@src)]")
        assert json.loads(block.text)["headline"] == institute.live_edition(language).title
        assert json.loads(block.text)["headline"].replace("\u2028", " ").split() == title.split()


# --- Renamed


@pytest.mark.parametrize("prefix, language", [("", "en"), ("/ar", "ar")])
def test_a_renamed_text_leads_there_in_one_step(institute, prefix, language):
    for slug in ("second", "third"):
        edit(institute, **{f"slug_{language}": slug})
        institute.publish(language)
    other = "/ar" if not prefix else ""
    for slug in ("river-low", "second"):
        response = answer(f"{prefix}/policy-analysis/{slug}")
        assert response.status_code == 301 and response["Location"] == f"{prefix}/policy-analysis/third"
    assert answer(f"{other}/policy-analysis/river-low").status_code == 200
    for path in (f"{prefix}/feed", f"/sitemap-texts-{language}.xml", f"{prefix}/policy-analysis"):
        text = answer(path).content.decode()
        assert f"{prefix}/policy-analysis/third" in text
        assert f'{prefix}/policy-analysis/second"' not in text and f"{prefix}/policy-analysis/second<" not in text


@pytest.mark.parametrize(
    "make, path",
    [(make_topic, "policy-analysis"), (make_region, "policy-analysis"), (make_expert, "experts"), (make_page, "")],
)
def test_everything_else_that_is_renamed_leads_there_in_one_step(make, path):
    thing = make("Old Name", "اسم قديم", slug_en="old", slug_ar="qdym")
    for slug in ("newer", "newest"):
        edit(thing, slug_en=slug)
    for slug in ("old", "newer"):
        response = answer("/".join(("", path, slug)).replace("//", "/"))
        assert response.status_code == 301 and response["Location"] == "/".join(("", path, "newest")).replace("//", "/")
    assert answer("/".join(("/ar", path, "qdym")).replace("//", "/")).status_code == 200
