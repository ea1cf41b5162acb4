"""What can go wrong at the start is said in one line, without a traceback."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def one_line(command, cwd=ROOT, **variables):
    """Runs a command that must fail, and returns the one line it says."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | variables
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (1, ""), result
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


@pytest.fixture
def demo(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free_port = probe.getsockname()[1]
    variables = {"PORT": str(free_port), "DATA_DIR": str(tmp_path)}
    return lambda **others: one_line([sys.executable, "-m", "script.serve"], **variables | others)


def test_demo_says_that_the_port_is_taken(demo):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"Port {port} cannot be used" in demo(PORT=port)


def test_demo_says_that_the_port_is_no_port(demo):
    assert "PORT must be a whole number" in demo(PORT="http")


def test_demo_says_that_the_data_folder_cannot_be_written(demo, tmp_path):
    (tmp_path / "file").touch()
    assert "cannot be written" in demo(DATA_DIR=str(tmp_path / "file" / "var"))


def test_demo_says_that_the_database_url_is_malformed(demo):
    assert "only PostgreSQL" in demo(DATABASE_URL="mysql://localhost/thinktank")


def test_demo_says_that_the_database_cannot_be_reached(demo):
    url = "postgres://user:secret@127.0.0.1:9/thinktank"  # 9, "discard": nothing listens there
    message = demo(DATABASE_URL=url)
    assert "cannot be reached" in message
    assert "secret" not in message


def test_demo_says_that_the_database_is_too_old():
    program = "import script.postgres as p; p.OLDEST = 99; from script.serve import main; main()"
    message = one_line([sys.executable, "-c", program], DATABASE_URL=os.environ["DATABASE_URL"], PORT="18099")
    assert "99 or newer is needed" in message


def test_demo_resets_a_given_database_only_by_its_name():
    command = [sys.executable, "-m", "script.serve", "--reset"]
    message = one_line(command, DATABASE_URL=os.environ["DATABASE_URL"], PORT="18099")
    assert "would delete everything" in message


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (
            {"THINKTANK_SITEURL": "https://example.org", "DATABASE_URL": "postgres:///thinktank"},
            "THINKTANK_SITEURL is not a setting",
        ),
        ({"THINKTANK_DEBUG": "perhaps"}, "THINKTANK_DEBUG must be"),
        ({"THINKTANK_SECRET_KEY": ""}, "THINKTANK_SECRET_KEY is not set"),
        ({"THINKTANK_SECURE": "1"}, "THINKTANK_SECURE is on"),
        ({}, "DATABASE_URL is not set"),
    ],
)
def test_manage_says_which_setting_is_wrong(variables, message):
    assert message in one_line([sys.executable, "manage.py", "check"], **variables)


def test_bootstrap_says_that_python_is_too_old(tmp_path):
    shutil.copytree(ROOT / "script", tmp_path / "script")
    message = one_line(["script/bootstrap", "requirements.txt"], cwd=tmp_path, PYTHON="false")
    assert "Python 3.11 or newer is needed" in message


def test_the_production_settings_pass_the_deployment_check():
    variables = {
        "THINKTANK_SITE_URL": "https://example.org",
        "THINKTANK_SECRET_KEY": "KUJYbPdG1wRZ8c3vXo7eTqLh5mNs2fAa9iB4xWzE6yVrDkQt0u",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"]
    result = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
