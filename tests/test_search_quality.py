"""What readers ask finds what was written about it: the demo institute's texts, with queries as people type them.

script/test tests/test_search_quality.py        benchmarks/search/README.md says how to see each query.
"""

import pytest

from analyses.editions import Edition
from benchmarks.search.collection import ROOT, Collection, by_kind, mean, results
from thinktank.search import find

pytestmark = pytest.mark.django_db

# Of 100 queries as they were written, how many at least find what they should among the first ten, and in the first place.
AMONG_TEN = {"question": 97, "words": 97, "phrase": 100, "without": 100, "unfinished": 100}
FIRST = {"person": 95, "topic": 95, "region": 95, "title": 95, "words": 95, "question": 90}
FEWER = {"one typing error": 4}  # of a hundred found with a typing error; in any other spelling:
FEWER_IN_ANOTHER_SPELLING = 2
ASKED = ("question", "words", "person")  # those of which every other spelling is tried


@pytest.fixture
def collections(django_db_blocker):
    folders = sorted(folder for folder in (ROOT / "benchmarks/search/collections").iterdir() if folder.is_dir())
    found = [Collection(folder) for folder in folders]
    assert {tuple(collection.archives) for collection in found} == {tuple(found[0].archives)}
    found[0].load()
    return found


def test_search_finds_what_is_asked_for_in_every_language(collections):
    ids = dict(Edition.objects.values_list("pk", "analysis__source_id"))

    def ask(language, text):
        return [ids[key] for key in find(language, text).keys[:10]]

    missed = [line for collection in collections for line in too_few(collection, results(collection, ask))]
    assert not missed, "\n".join(missed)


def too_few(collection, found):
    """What is below its floor, a line each."""
    kinds = by_kind(found)
    floors = [(kind, "R@10", floor) for kind, floor in AMONG_TEN.items()] + [
        (k, "R@1", floor) for k, floor in FIRST.items()
    ]
    variants = [kind for kind in kinds if kind.startswith("variant: ")]
    assert sum(len(kinds[kind]) for kind in [*{kind for kind, _m, _f in floors}, *variants]) >= 120
    for kind, measure, floor in [*floors, *((kind, "R@10", 90) for kind in variants)]:
        if 100 * mean(kinds[kind], measure) < floor:
            yield report(collection, kind, kinds[kind], measure, floor)
    nothing = [result for result in found if result.values["none"]]
    if len(nothing) > len(found) / 100:
        yield f"{collection.name}: nothing is found for {[result.text for result in nothing]}"
    yield from lost(collection, kinds)


def lost(collection, kinds):
    """What is found as it was written and not in another spelling."""
    others = {}
    for kind, of_kind in kinds.items():
        base, _comma, spelling = kind.partition(", ")
        if spelling and base in ASKED:
            others.setdefault(spelling, []).extend(of_kind)
    asked = [result for kind in ASKED for result in kinds[kind]]
    for spelling, of_spelling in others.items():
        floor = 100 * mean(asked, "R@10") - FEWER.get(spelling, FEWER_IN_ANOTHER_SPELLING)
        few = len(of_spelling) < 50  # then one query more or less is more than that
        if 100 * mean(of_spelling, "R@10") + (100 / len(of_spelling) if few else 0) < floor:
            yield report(collection, spelling, of_spelling, "R@10", floor)


def report(collection, kind, found, measure, floor):
    missed = [result.text for result in found if result.values[measure] < 1]
    return f"{collection.name}: {measure} of {kind} is {100 * mean(found, measure):.0f}, not {floor:.0f}: {missed}"
