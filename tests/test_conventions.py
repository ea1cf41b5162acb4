"""What the code keeps to, so that the next reader finds it where they look."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
CODE = ("thinktank", "taxonomy", "experts", "analyses")
MAY_IMPORT = {
    "thinktank": set(),
    "taxonomy": {"thinktank"},
    "experts": {"thinktank", "taxonomy"},
    "analyses": {"thinktank", "taxonomy", "experts"},
}
COMPOSITION = {"settings.py", "urls.py", "wsgi.py", "sitemaps.py"}  # of thinktank: they put the apps together
BANNED = {"utils", "util", "helpers", "helper", "services", "service", "managers", "core", "common", "misc"}


def modules(*packages):
    return [
        path
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


def stylesheets():
    return sorted((ROOT / "static" / "css").rglob("*.css"))


def imported(path):
    """The top-level packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("package", CODE)
def test_imports_go_one_way(package):
    wrong = [
        (name(path), other)
        for path in modules(package)
        if not (path.parent == ROOT / "thinktank" and path.name in COMPOSITION)
        for other in imported(path)
        if other in CODE and other != package and other not in MAY_IMPORT[package]
    ]
    assert not wrong


def test_no_module_has_a_name_that_says_nothing():
    names = [path for path in modules(*CODE, "script", "tests") if {path.stem, path.parent.name} & BANNED]
    assert not [name(path) for path in names]


def test_no_module_is_longer_than_one_reads():
    long = {name(path): lines for path in modules(*CODE) if (lines := len(path.read_text().splitlines())) > 500}
    assert not long


@pytest.mark.parametrize("path", templates(), ids=name)
def test_templates_print_nothing_unescaped_but_cleaned_html(path):
    source = path.read_text()
    assert not re.search(r"\|\s*safe\b|\|\s*safeseq\b|\bautoescape\s+off\b", source)


def test_one_place_only_marks_text_as_safe():
    assert [name(path) for path in modules(*CODE) if "mark_safe" in path.read_text()] == [
        "thinktank/templatetags/site.py"
    ]


@pytest.mark.parametrize("path", templates(), ids=name)
def test_templates_have_no_inline_script_style_or_handler(path):
    source = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", source)


@pytest.mark.parametrize("path", [*modules(*CODE), *templates()], ids=name)
def test_nothing_asks_which_language_it_is(path):
    """What differs by language is data in `languages.py`, in the catalogue or in `:lang()`."""
    asks = re.compile(
        r"""(?:==|!=)\s*["'](?:ar|en|fa|rtl|ltr)["']|["'](?:ar|en|fa|rtl|ltr)["']\s*(?:==|!=)|\bin\s*\(\s*["'](?:ar|en)["']"""
    )
    assert not [line for line in path.read_text().splitlines() if asks.search(line)]


PHYSICAL = re.compile(
    r"""(?<![\w-])(?:
        (?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)*\s*: |
        (?:left|right|top|bottom)\s*: |
        border-(?:top|bottom)-(?:left|right)-radius\s*: |
        (?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)\b |
        (?:min-|max-)?(?:width|height)\s*:
    )""",
    re.X,
)


@pytest.mark.parametrize("path", stylesheets(), ids=name)
def test_styles_know_start_and_end_but_not_left_and_right(path):
    source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    source = re.sub(r"@(?:media|container)[^{]*\{", "{", source)  # a window has a width in any script
    sideways = re.compile(r"(?:left|right)")
    wrong = [line for line in source.splitlines() if (found := PHYSICAL.search(line)) and sideways.search(found[0])]
    assert not wrong


def test_styles_are_few():
    assert sum(len(path.read_text().splitlines()) for path in stylesheets()) < 2500


@pytest.mark.django_db
def test_the_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def catalogues():
    return [ROOT / "locale" / code / "LC_MESSAGES" / "django.po" for code, _name in settings.LANGUAGES[1:]]


def entries(path):
    """`(flags, msgid, [translations])` of every message of a catalogue that is in use."""
    for block in re.split(r"\n\s*\n", path.read_text()):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        flags = [flag.strip() for line in lines if line.startswith("#,") for flag in line[2:].split(",")]
        parts = {}
        current = None
        for line in lines:
            if match := re.match(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) "(.*)"$', line):
                current, text = match.groups()
                parts[current] = text
            elif line.startswith('"') and current:
                parts[current] += line[1:-1]
        if parts.get("msgid"):
            yield flags, parts["msgid"], [text for key, text in parts.items() if key.startswith("msgstr")]


@pytest.mark.parametrize("path", catalogues(), ids=name)
def test_every_message_is_translated(path):
    messages = list(entries(path))
    assert messages
    assert not [msgid for _flags, msgid, translations in messages if not translations or not all(translations)]


@pytest.mark.parametrize("path", catalogues(), ids=name)
def test_no_translation_is_a_guess(path):
    assert not [msgid for flags, msgid, _translations in entries(path) if "fuzzy" in flags]


@pytest.mark.parametrize("path", catalogues(), ids=name)
def test_the_compiled_catalogue_is_there(path):
    assert path.with_suffix(".mo").exists()


MESSAGES_IN_TEMPLATES = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
BLOCKS_IN_TEMPLATES = re.compile(
    r"\{%\s*blocktranslate\b[^%]*%\}(.*?)(?:\{%\s*plural\s*%\}.*?)?\{%\s*endblocktranslate", re.S
)
MESSAGE_FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def messages_in_use():
    for path in templates():
        source = path.read_text()
        for quoted in MESSAGES_IN_TEMPLATES.findall(source):
            yield name(path), quoted[0] or quoted[1]
        for text in BLOCKS_IN_TEMPLATES.findall(source):
            yield name(path), re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", " ".join(text.split()))
    for path in modules(*CODE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MESSAGE_FUNCTIONS:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                yield from ((name(path), text) for text in texts[1 if "pgettext" in node.func.id else 0 :][:1])


@pytest.mark.parametrize("path", catalogues(), ids=name)
def test_every_message_of_the_code_is_in_the_catalogue(path):
    def plain(text):
        return text.replace('\\"', '"').replace("\\n", "\n").replace("%%", "%")

    known = {plain(msgid) for _flags, msgid, _translations in entries(path)}
    assert not sorted({(place, text) for place, text in messages_in_use() if plain(text) not in known})


def test_every_model_of_ours_belongs_to_a_package_of_the_trade():
    ours = {model._meta.app_label for model in apps.get_models() if model.__module__.split(".")[0] in CODE}
    assert ours == set(CODE)
