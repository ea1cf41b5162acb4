"""docs/howto/add-a-language.md, done step by step on a copy of the project: Farsi."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var*", "node_modules", "__pycache__", "demo", "docs", "tests")

ENTRY = """
        "fa": Language(
            code="fa",
            endonym="فارسی",
            direction="rtl",
            slug=arabic_slug,
            months=("ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر"),
            date="{day} {month} {year}",
            analyser=Analyser(),
            open_graph_locale="fa_IR",
            words_a_minute=180,
            fonts=("fonts/noto-naskh-arabic/naskh.woff2",),
        ),
    }
"""

READ = """
import django
django.setup()
from django.test import Client
from analyses.models import Analysis
from experts.models import Expert
from taxonomy.models import Format

form = Format.objects.create(name_en="Brief", name_fa="تحلیل کوتاه")
text = Analysis.objects.create(
    format=form, title_fa="آب و مرز", summary_fa="خلاصه", body_fa="<p>متن فارسی</p>", original_language="fa"
)
text.authorships.create(expert=Expert.objects.create(name_fa="پروین دهقان", slug_fa="parvin-dhqan"), order=1)
text.publish("fa")
client = Client()
page = client.get("/fa/policy-analysis/ab-w-mrz")
html = page.content.decode()
assert page.status_code == 200, page.status_code
assert '<html lang="fa" dir="rtl"' in html and "متن فارسی" in html
assert "آب و مرز" in client.get("/fa").content.decode()
assert "آب و مرز" in client.get("/fa/policy-analysis").content.decode()
assert "آب و مرز" in client.get("/fa/feed").content.decode()
assert "ab-w-mrz" in client.get("/sitemap-texts-fa.xml").content.decode()
assert client.get("/policy-analysis/ab-w-mrz").status_code == 404
assert "آب و مرز" not in client.get("/").content.decode()
print("read in Farsi")
"""


@pytest.fixture
def empty_database(django_db_setup):
    """A database of its own on the server that the tests use."""
    database = settings.DATABASES["default"]
    known = {"user": database.get("USER"), "password": database.get("PASSWORD"), "host": database.get("HOST")}
    known |= {"port": database.get("PORT"), "dbname": "postgres"}
    with psycopg.connect(**{key: value for key, value in known.items() if value}, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS a_third_language")
        connection.execute("CREATE DATABASE a_third_language")
        host = database.get("HOST") or ""
        account = quote(database.get("USER") or "")
        if database.get("PASSWORD"):
            account += f":{quote(database['PASSWORD'])}"
        if host.startswith("/"):
            yield f"postgresql://{account}@/a_third_language?host={host}"
        else:
            yield f"postgresql://{account}@{host}:{database.get('PORT') or 5432}/a_third_language"
        connection.execute("DROP DATABASE a_third_language WITH (FORCE)")


def test_a_language_is_added_as_the_how_to_says(tmp_path, empty_database):
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=LEFT_OUT)
    replace(project / "thinktank/settings.py", '("ar", "العربية")]', '("ar", "العربية"), ("fa", "فارسی")]')
    replace(
        project / "thinktank/languages.py", "\n    }\n\n\ndef languages()", ENTRY.rstrip() + "\n\n\ndef languages()"
    )
    environment = os.environ | {
        "DATABASE_URL": empty_database,
        "DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "thinktank.settings",
        "THINKTANK_SECRET_KEY": "only for this test, only for this test, only for this test",
        "THINKTANK_SITE_URL": "http://testserver",
        "THINKTANK_INSTITUTE_NAME_FA": "مؤسسه",
        "THINKTANK_DEBUG": "true",  # static files without collecting them first
        "PYTHONPATH": str(project),
    }

    def run(*command):
        done = subprocess.run([sys.executable, *command], cwd=project, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("manage.py", "makemigrations", "-v0")
    run("manage.py", "migrate", "-v0")
    assert "read in Farsi" in run("-c", READ)


def replace(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1, f"{path.name} no longer has {old!r} once: the how-to needs another look"
    path.write_text(text.replace(old, new))
