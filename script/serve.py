"""The Python part of script/demo: database, content, static files, web server."""

import argparse
import contextlib
import hashlib
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError

from script.postgres import USER, Failure, Postgres, check_server
from thinktank import environment

ROOT = Path(__file__).resolve().parent.parent
WEB_ROLE = "thinktank_web"
STOPPING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
ARCHIVES = [ROOT / "demo/institute.jsonl", ROOT / "demo/analyses.jsonl"]
DEMO_INSTITUTE = {
    "THINKTANK_INSTITUTE_NAME_EN": "The Tamarisk Institute",
    "THINKTANK_INSTITUTE_NAME_AR": "معهد الأثل",
    "THINKTANK_INSTITUTE_TAGLINE_EN": "Policy research on the Middle East and North Africa",
    "THINKTANK_INSTITUTE_TAGLINE_AR": "أبحاث في سياسات الشرق الأوسط وشمال أفريقيا",
}


def main():
    options = parse_arguments()
    os.umask(0o022)
    for name in STOPPING:
        signal.signal(name, lambda *_: sys.exit(0))
    try:
        with contextlib.ExitStack() as stack:
            try:
                run(options, stack)
            finally:
                for name in STOPPING:  # a second Ctrl-C must not interrupt the stopping
                    signal.signal(name, signal.SIG_IGN)
    except (Failure, ImproperlyConfigured, CommandError) as error:
        sys.exit(" ".join(str(error).split()))
    except DatabaseError as error:
        sys.exit(f"The database refused: {str(error).splitlines()[0]}")
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def parse_arguments():
    parser = argparse.ArgumentParser(prog="script/demo", description="Runs the site with the demo institute.")
    parser.add_argument("--empty", action="store_true", help="an empty institute instead, with its data in var-empty/")
    parser.add_argument(
        "--reset",
        nargs="?",
        const=True,
        metavar="DATABASE",
        help="delete what is there and begin again; a database of DATABASE_URL must be named: --reset=DATABASE",
    )
    parser.epilog = "Environment: PORT (8000), DATA_DIR (var), DATABASE_URL, and the settings of docs/operations.md."
    return parser.parse_args()


def run(options, stack):
    port = environment.integer("PORT", 8000, minimum=1, maximum=65535)
    check_port(port)
    folder = prepare_folder(environment.text("DATA_DIR", "var-empty" if options.empty else "var"))
    given = environment.database_url("DATABASE_URL")

    os.environ["DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thinktank.settings")
    os.environ.setdefault("THINKTANK_SECRET_KEY", secret_key(folder))
    os.environ.setdefault("THINKTANK_SITE_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("THINKTANK_ALLOWED_HOSTS", "127.0.0.1,localhost")
    for name, value in ({} if options.empty else DEMO_INSTITUTE).items():
        os.environ.setdefault(name, value)
    if given:
        check_server(given)
        check_reset(options.reset, given)
    else:
        os.environ["DATABASE_URL"] = stack.enter_context(Postgres(folder / "postgres", reset=options.reset))
    os.environ.setdefault("THINKTANK_REQUIRE_SECOND_FACTOR", "0")  # anybody may try it; the newsroom says so
    prepare_site(options, folder)
    write_environment(folder, stack)
    serve(port, stack, os.environ["DATABASE_URL"] if given else for_web_server())


def check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failure(f"Port {port} cannot be used: {error.strerror}. PORT=8001 takes another.") from None


def prepare_folder(name):
    folder = ROOT / name
    try:
        (folder / "static").mkdir(parents=True, exist_ok=True)
        (folder / "media").mkdir(exist_ok=True)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as error:
        raise Failure(f"The data folder {folder} cannot be written: {error.strerror}.") from None
    return folder


def secret_key(folder):
    path = folder / "secret-key"
    if not path.exists():
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def check_reset(reset, database):
    if reset and reset != database["NAME"]:
        raise Failure(
            f"--reset would delete everything in the database {database['NAME']} of DATABASE_URL; "
            f"if that is meant: --reset={database['NAME']}"
        )


def prepare_site(options, folder):
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    new = folder / "unfinished"  # there until a new database has all its content, also when that was interrupted
    if options.reset:
        shutil.rmtree(folder / "media")
        if connection.introspection.table_names():
            print(f"Deleting everything in the database {connection.settings_dict['NAME']} …")
            call_command("flush", interactive=False, verbosity=0)
        new.touch()
    if "django_migrations" not in connection.introspection.table_names():
        new.touch()
    outdated = is_outdated()
    call_command("migrate", interactive=False, verbosity=0)
    if new.exists():
        for archive in [] if options.empty else ARCHIVES:
            call_command("import_archive", str(archive))
        new.unlink()
    elif outdated:  # what a newer version derives from the texts, the search index for one, is not there yet
        call_command("rebuild")
    collect_static(folder)
    call_command("demo_accounts")
    give_author_a_profile()
    connection.close()


def is_outdated():
    """Whether the database was made by an earlier version of the project."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def give_author_a_profile():
    """The author of the demo is one of its experts, so that there are texts of theirs."""
    from django.contrib.auth.models import User

    from experts.models import Expert

    author = User.objects.get(username="author")
    if not Expert.objects.filter(account=author).exists():
        writers = Expert.objects.filter(account=None, status=Expert.Status.RESIDENT, authorships__isnull=False)
        if first := writers.order_by("pk").first():
            Expert.objects.filter(pk=first.pk).update(account=author)


def collect_static(folder):
    """Compressing takes seconds, so only when a file changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state.update(f"{name} {storage.get_modified_time(name)}".encode())
    stamp = folder / "static.stamp"
    if not stamp.exists() or stamp.read_text() != state.hexdigest():
        print("Compressing the static files …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(state.hexdigest())


def write_environment(folder, stack):
    """For manage.py in another terminal: . var/env && .venv/bin/python manage.py shell"""
    path = folder / "env"
    path.unlink(missing_ok=True)
    names = [name for name in os.environ if name.startswith("THINKTANK_")] + ["DATABASE_URL", "DATA_DIR"]
    with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.writelines(f"export {name}={shlex.quote(os.environ[name])}\n" for name in sorted(names))
    stack.callback(path.unlink, missing_ok=True)


def for_web_server():
    """The address of our own database for a role that only adds to the audit; one that is given stays as it is."""
    from django.core.management import call_command
    from django.db import connection

    call_command("web_role", WEB_ROLE, create=True, stdout=open(os.devnull, "w"))
    connection.close()
    return os.environ["DATABASE_URL"].replace(f"//{USER}@", f"//{WEB_ROLE}@")


def serve(port, stack, database):
    command = [sys.executable, "-m", "gunicorn", "thinktank.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    command += ["--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"]
    environ = os.environ | {"DATABASE_URL": database}
    server = subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True)
    stack.callback(stop, server)
    while server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.1)
    else:
        raise Failure("The web server did not start; the lines above say why.")
    print(
        f"\nThe site: http://127.0.0.1:{port}/  The newsroom: http://127.0.0.1:{port}/admin/  To stop: Ctrl-C",
        flush=True,
    )
    server.wait()
    raise Failure("The web server has stopped; the lines above say why.")


def stop(server):
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
