"""The Python part of script/test: a throw-away database, a browser, pytest."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from script.postgres import Failure, Postgres, check_server
from thinktank import environment

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ["chromium", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
FASTER = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]  # safety of data that nobody keeps


def main():
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(1))
    try:
        with contextlib.ExitStack() as stack:
            return run(stack)
    except (Failure, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return 130


def run(stack):
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="thinktank-test-")))
    folder.chmod(0o711)  # as root, PostgreSQL runs as another user, which must pass through
    (folder / "static").mkdir()
    # The tests must not depend on the settings of whoever runs them.
    for name in [name for name in os.environ if name.startswith(environment.PREFIX)]:
        del os.environ[name]
    given = environment.database_url("DATABASE_URL")
    if given:
        check_server(given)
    else:
        os.environ["DATABASE_URL"] = stack.enter_context(Postgres(folder / "postgres", *FASTER))
    os.environ |= {
        "DATA_DIR": str(folder),
        "THINKTANK_SECRET_KEY": "only-for-tests",
        "THINKTANK_SITE_URL": "http://testserver",
        "CHROMIUM": chromium(),
    }
    pytest = subprocess.Popen([sys.executable, "-m", "pytest", *sys.argv[1:]], cwd=ROOT)
    # Ctrl-C reaches pytest without us, and the others become one: it closes its browser, and we the database after it.
    signal.signal(signal.SIGINT, lambda *_: None)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: pytest.send_signal(signal.SIGINT))
    return pytest.wait()


def chromium():
    """The browser for the tests: CHROMIUM, the one on the machine, Debian's package, or Playwright's own."""
    for name in [os.environ.get("CHROMIUM", ""), *BROWSERS]:
        if path := shutil.which(name):
            return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing the system package chromium …", flush=True)
        quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "capture_output": True, "text": True}
        subprocess.run(["apt-get", "update"], **quiet)
        result = subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], **quiet)
        print(result.stderr if result.returncode else "", end="")
        if path := shutil.which("chromium"):
            return path

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    if not Path(path).exists():
        raise Failure("No Chromium was found or could be installed; CHROMIUM=/path/to/chromium names one.")
    return path


if __name__ == "__main__":
    sys.exit(main())
