"""Export the institute as a JSON Lines file (docs/archive-format.md)."""

import io
import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analyses.archive.progress import meter
from analyses.archive.writing import Writer
from analyses.models import Analysis
from thinktank import audit


class Command(BaseCommand):
    help = "Export everything that import_archive reads: terms, people, pages, texts with their editions, pictures."

    def add_arguments(self, parser):
        parser.add_argument("file", help="the JSON Lines file to write, or - for standard output")

    def handle(self, *, file, **options):
        progress = meter(Analysis.objects.count())
        if file == "-":
            out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n", write_through=True)
            writer = Writer(out, progress=progress)
            try:
                writer.write()
            finally:
                out.detach()
        else:
            writer = self._to_file(Path(file), progress)
        audit.record(None, "export", file=Path(file).name, exported=dict(writer.written))
        self._say(writer)
        if writer.problems:
            sys.exit(1)

    def _to_file(self, path, progress):
        """Written beside and renamed: what stands at `path` is a whole archive, this one or the last."""
        unfinished = path.with_name(path.name + ".part")
        try:
            with unfinished.open("w", encoding="utf-8", newline="\n") as out:
                writer = Writer(out, folder=path.parent, progress=progress)
                writer.write()
            os.replace(unfinished, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        finally:
            unfinished.unlink(missing_ok=True)
        return writer

    def _say(self, writer):
        for problem in writer.problems:
            self.stderr.write(problem)
        counts = ", ".join(f"{number:,} {kind}" for kind, number in writer.written.items())
        self.stderr.write(f"exported: {counts or 'nothing'}; images: {len(writer.files):,}")
        if writer.left_out:
            self.stderr.write(f"A stream carries no pictures: left out in {writer.left_out:,} places.")
