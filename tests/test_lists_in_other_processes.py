"""Each process keeps lists and titles in memory: what one publishes or withdraws, the others show at once, and never a word before."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from .factories import ago, ahead, correct, let_time_pass, make_analysis, make_region, make_topic, publish

pytestmark = pytest.mark.django_db(transaction=True)

READER = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "thinktank.settings"
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
setup_test_environment()
client = Client()
for line in sys.stdin:
    response = client.get(line.strip())
    if response["Content-Type"] == "application/json":
        titles = [row["name"] for row in response.json()["suggestions"]]
    else:
        titles = [card.title for card in response.context["cards"]]
        assert response.context["total"] == len(titles)
    print(json.dumps(titles), flush=True)
"""
LIST, SEARCH, TYPED = "/policy-analysis?topic=water&region=iraq", "/search?q=quarry", "/search/suggest?q=quarr"


@pytest.fixture
def shared():
    terms = {"topics": [make_topic("Water", "المياه")], "regions": [make_region("Iraq", "العراق")]}
    publish(make_analysis("Quarry One", **terms), "en", at=ago(days=3))
    return terms


@pytest.fixture
def elsewhere(shared):
    """What another process shows of an address: titles."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    process = subprocess.Popen(
        [sys.executable, "-c", READER],
        env=os.environ | {"DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def shown(path):
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    assert {path: shown(path) for path in (LIST, SEARCH, TYPED)} == dict.fromkeys((LIST, SEARCH, TYPED), ["Quarry One"])
    yield lambda: [set(shown(path)) for path in (LIST, SEARCH, TYPED)]
    process.stdin.close()
    process.wait()


def everywhere(*titles):
    return [set(titles)] * 3


def test_publications_corrections_and_withdrawals_are_seen_at_once(elsewhere, shared):
    second = publish(make_analysis("Quarry Two", **shared), "en", at=ago(days=2))
    assert elsewhere() == everywhere("Quarry One", "Quarry Two")
    correct(second, title_en="Quarry Three")
    assert elsewhere() == everywhere("Quarry One", "Quarry Three")
    second.withdraw("en", "in error")
    assert elsewhere() == everywhere("Quarry One")
    second.delete()
    assert elsewhere() == everywhere("Quarry One")


def test_what_is_being_published_is_seen_when_it_is_done_and_what_failed_never(elsewhere, shared):
    with transaction.atomic():
        publish(make_analysis("Quarry Two", **shared), "en", at=ago(days=2))
        assert elsewhere() == everywhere("Quarry One")
        transaction.set_rollback(True)
    assert elsewhere() == everywhere("Quarry One")
    publish(make_analysis("Quarry Three", **shared), "en", at=ago(days=2))
    assert elsewhere() == everywhere("Quarry One", "Quarry Three")


def test_time_alone_brings_and_takes_in_every_process(elsewhere, shared):
    second = make_analysis("Quarry Two", **shared)
    second.publish("en", at=ahead(hours=1))
    make_analysis("Quarry Draft", **shared)
    assert elsewhere() == everywhere("Quarry One")
    let_time_pass(hours=2)
    assert elsewhere() == everywhere("Quarry One", "Quarry Two")
    second.editions.update(live_until=ahead(hours=1), settles_at=ahead(hours=1))
    assert elsewhere() == everywhere("Quarry One", "Quarry Two")
    let_time_pass(hours=2)
    assert elsewhere() == everywhere("Quarry One")
