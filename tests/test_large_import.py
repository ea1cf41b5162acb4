"""A large import is searchable when it ends: its index is made by a second process while the texts come in."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from analyses import indexing
from analyses.archive import alongside, reading
from analyses.editions import Edition
from thinktank import search

TEXTS = 24


@pytest.fixture
def archive(tmp_path, monkeypatch, transactional_db):
    """Imports texts in batches of four, of which the index is made alongside from the second batch on."""
    monkeypatch.setattr(reading, "BATCH", 4)
    monkeypatch.setattr(reading, "MANY", 4)
    path = tmp_path / "archive.jsonl"
    text = {"body": "<p>Gauges along the Karun.</p>", "published_at": "2021-03-05T14:00:00Z"}
    records = [
        {"type": "analysis", "id": f"a{n}", "texts": {"en": text | {"title": f"Station {n}"}}} for n in range(TEXTS)
    ]
    path.write_text("\n".join(map(json.dumps, records)))

    def read():
        call_command("import_archive", str(path), stdout=StringIO(), stderr=StringIO())

    return read


def test_every_text_is_found_when_the_import_ends(archive, monkeypatch):
    late = []
    monkeypatch.setattr(indexing, "add", lambda keys, *tables: late.extend(keys))
    archive()
    assert late == [], "the second process left texts out"
    assert search.find("en", "gauges").total == TEXTS == Edition.objects.count()


def test_every_text_is_found_though_the_second_process_fails(archive, monkeypatch):
    monkeypatch.setattr(alongside, "follow", fail)
    archive()
    assert search.find("en", "gauges").total == TEXTS


def fail(*anything):
    raise SystemExit(1)
