"""Times an import into an empty database and measures its peak memory.

    DATABASE_URL=postgresql://…/bench python benchmarks/import.py archive.jsonl

The database must exist and be the benchmark's own. Everything in it is deleted.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--yes", action="store_true", help="do not ask before deleting everything in the database")
    options = parser.parse_args()
    if not options.yes and input(f"Delete everything in {os.environ['DATABASE_URL']}? [yes/no] ") != "yes":
        sys.exit(1)
    texts = count_texts(options.file)
    subprocess.run([*MANAGE, "migrate", "--verbosity=0"], check=True)
    subprocess.run([*MANAGE, "flush", "--no-input", "--verbosity=0"], check=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    process = subprocess.Popen([*MANAGE, "import_archive", str(options.file)])
    most = 0
    while process.poll() is None:
        most = max(most, memory(process.pid))
        time.sleep(0.5)
    seconds = time.monotonic() - begun
    if process.returncode:
        sys.exit(process.returncode)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{texts:,} texts in {seconds:.0f} s: {texts / seconds:.0f} texts a second; "
        f"the importing processes used {cpu:.0f} s of processor time and at most {most / 1e6:.0f} MB together"
    )


def memory(pid):
    """Bytes that a process and those that it started hold now, shared ones counted for each."""
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def count_texts(path):
    with path.open(encoding="utf-8") as lines:
        return sum(len(record["texts"]) for record in map(json.loads, lines) if record["type"] == "analysis")


if __name__ == "__main__":
    main()
