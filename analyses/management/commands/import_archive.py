"""Import an institute from a JSON Lines file (docs/archive-format.md)."""

import gc
import sys
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from analyses.archive import records
from analyses.archive.progress import meter
from analyses.archive.reading import Reader
from thinktank import audit


class Command(BaseCommand):
    help = "Import formats, topics, regions, experts, pages and analyses. What is there already is left as it is."

    def add_arguments(self, parser):
        parser.add_argument("file", help="a JSON Lines file, or - for standard input")
        parser.add_argument(
            "--site-url", action="append", default=[], help="an address of the old site; links to it become internal"
        )
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument(
            "--atomic", action="store_true", help="write all or, if anything cannot be imported, nothing"
        )

    def handle(self, *, file, site_url, dry_run, atomic, **options):
        stream, folder, size = self._open(file)
        # Batches of rows make much and leave little: looking for rubbish less often saves an eighth of Python's time.
        gc.set_threshold(200_000, 5, 5)
        reader = Reader(folder, old_sites=site_url, dry_run=dry_run, progress=meter(size))
        kept = not (dry_run or atomic)
        try:
            with stream:
                if kept:
                    report = reader.read(records.lines(stream))
                else:
                    with transaction.atomic():
                        report = reader.read(records.lines(stream))
                        rolled_back = dry_run or not report.is_clean
                        transaction.set_rollback(rolled_back)
                    kept = not rolled_back
        finally:
            if not kept:  # the rows were taken back, and so are the files
                for path in reader.files:
                    path.unlink(missing_ok=True)
        if not dry_run:
            result = audit.DONE if kept else audit.REFUSED
            audit.record(None, "import", result=result, file=Path(file).name, imported=dict(report.imported))
        self._say(report, kept, dry_run)
        if not report.is_clean:
            sys.exit(1)

    def _open(self, file):
        if file == "-":
            # Standard input is kept in a file first, so that a slow pipe does not hold a transaction open.
            stream = tempfile.TemporaryFile()
            while block := sys.stdin.buffer.read(1 << 20):
                stream.write(block)
            size = stream.tell()
            stream.seek(0)
            return stream, Path.cwd(), size
        path = Path(file)
        try:
            return path.open("rb"), path.parent, path.stat().st_size
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None

    def _say(self, report, kept, dry_run):
        for number, what in report.problems:
            self.stderr.write(f"line {number}: {what}")
        for identifier, count in report.cleaned:
            self.stdout.write(
                f"{identifier}: {count} elements or attributes that the allow-list does not name were removed"
            )
        for title, counter in (("imported", report.imported), ("already there", report.already)):
            if any(counter.values()):
                self.stdout.write(f"{title}: " + ", ".join(f"{n:,} {kind}" for kind, n in counter.items() if n))
        self.stdout.write(f"not imported: {report.rejected:,} lines; removed from texts: {report.removed:,}")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
        elif not kept:
            self.stdout.write("Nothing was written, because --atomic was given and not everything could be imported.")
