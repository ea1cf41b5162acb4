"""Keywords are typed with commas between them, Latin or Arabic."""

import pytest

from analyses.forms import TagsField


@pytest.mark.parametrize(
    "typed, tags",
    [
        ("NATO, water rights", {"NATO", "water rights"}),
        ("حلف الناتو، حقوق المياه", {"حلف الناتو", "حقوق المياه"}),
        ("حلف الناتو، NATO, water", {"حلف الناتو", "NATO", "water"}),
        ("water rights", {"water rights"}),
        ('"Iran، Iraq", NATO', {"Iran، Iraq", "NATO"}),
        ('"half a quote, NATO', {"half a quote", "NATO"}),
        ("، ,", set()),
        ("", set()),
    ],
)
def test_commas_part_tags_and_spaces_do_not(typed, tags):
    assert set(TagsField(required=False).clean(typed)) == tags
