"""The live titles of a language in memory, as they are compared: what is offered while a reader types."""

from array import array
from threading import Lock

from django.db import connection

from thinktank.names import typed
from thinktank.search import fold

TITLES = "SELECT id, title FROM analyses_edition WHERE id = ANY(%s)"

_current = {}  # language -> Titles
_reading = Lock()


def current(language, held):
    """The titles of what is held. An edition's title never changes, so only new ones are read."""
    known = _current.get(language)
    if known is None or known.line != held.line:
        with _reading:
            known = _current.get(language)
            if known is None or known.line != held.line:
                known = _current[language] = Titles(held, known)
    return known


class Titles:
    """Every title on a line of one long text, the newest first: finding in it is quicker than any index."""

    def __init__(self, held, before=None):
        self.line = held.line
        self.keys = array("q", [key for key in reversed(held.keys) if key])
        known = (
            dict(zip(before.keys, before.text.strip("\n").split("\n"), strict=True)) if before and before.keys else {}
        )
        new = [key for key in self.keys if key not in known]
        if new:
            with connection.cursor() as cursor:
                cursor.execute(TITLES, [new])
                known.update((key, f" {fold(title)}") for key, title in cursor)
        self.text = "\n" + "\n".join(known.get(key, " ") for key in self.keys) + "\n"

    def beginning(self, text, most):
        """Primary keys of the newest titles that begin with `text`, then of those in which a word does."""
        wanted = typed(text)
        if not wanted:
            return []
        found = self._lines(f"\n {wanted}", 1, most)
        found += [line for line in self._lines(f" {wanted}", 0, most + len(found)) if line not in found]
        return [self.keys[line] for line in found[:most]]

    def _lines(self, wanted, skip, most):
        """The numbers of the lines in which `wanted` stands, `skip` characters into it; from the first line on."""
        found, place, counted, line = [], 0, 0, -1
        while len(found) < most and (place := self.text.find(wanted, place)) >= 0:
            line += self.text.count("\n", counted, place + skip)
            counted = place + skip
            found.append(line)
            place = self.text.find("\n", counted)
            if place < 0:
                break
        return found
