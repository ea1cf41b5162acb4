"""The application as a web server loads it, once, before it forks the processes that answer."""

import os
import subprocess
import sys

from django.conf import settings

LOADED = """
import sys, threading
import thinktank.wsgi
print(threading.active_count(), "thinktank.urls" in sys.modules)
"""


def test_no_thread_runs_and_no_module_is_left_to_import_when_a_server_forks():
    """A lock that a thread holds while the server forks would be held for ever in the process that answers."""
    environ = os.environ | {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "THINKTANK_SECRET_KEY": "of-a-test-" * 10,
        "THINKTANK_SITE_URL": "https://thinktank.example",
    }
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], env=environ, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60
    )
    assert loaded.stdout.split() == ["1", "True"], loaded.stderr
