"""What the documentation links to is there, and the editors' guides call things what the newsroom calls them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import trans_real

from thinktank.languages import languages

ROOT = Path(settings.BASE_DIR)
PICTURES = ROOT / "docs/img/editors"
GUIDES = {"en": ROOT / "docs/editors.md", "ar": ROOT / "docs/editors.ar.md"}
PLACEHOLDER = re.compile(r"%+\(\w+\)s|%s|\{\w+\}")


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=name)
def test_every_link_and_picture_is_there(path):
    linked = re.findall(r"\]\(([^)\s]+)\)", path.read_text())
    places = [target.partition("#")[0] for target in linked if not re.match(r"[a-z]+:", target)]
    assert not [place for place in places if not (path.parent / place).exists()]


def test_every_picture_of_the_guides_is_shown_in_them():
    shown = {picture for path in GUIDES.values() for picture in re.findall(r"img/editors/([^)]+)", path.read_text())}
    assert shown == {picture.name for picture in PICTURES.iterdir()}


def of_the_interface(code):
    """Every text of the interface in one language, as a pattern in which its names may be anything."""
    catalogue = trans_real.translation("ar")._catalog.items()  # which has the English as its keys
    original = (key if isinstance(key, str) else key[0] for key, _words in catalogue)
    texts = {"en": original, "ar": (words for _key, words in catalogue)}[code]
    texts = {text.rpartition("\x04")[2] for text in texts} | {language.endonym for language in languages().values()}
    worded = (text for text in texts if re.search(r"\w", PLACEHOLDER.sub("", text)))
    return re.compile("|".join(".+".join(map(re.escape, PLACEHOLDER.split(text))) for text in worded), re.I)


@pytest.mark.parametrize("code", GUIDES)
def test_what_a_guide_prints_in_bold_stands_in_the_newsroom(code):
    """Bold is for words of the interface; `…` stands for what differs. For stress there is italic."""
    known = of_the_interface(code)
    bold = set(re.findall(r"\*\*([^*]+)\*\*", GUIDES[code].read_text()))
    assert bold and not [words for words in bold if not known.fullmatch(words)]
