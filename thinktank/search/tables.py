"""The names of the tables. There are two sets of them, and what searches one cannot reach the other."""

from typing import NamedTuple


class Tables(NamedTuple):
    statistics: str
    document: str
    term: str
    posting: str
    lock: int  # number of the lock that is held by whoever changes them

    def sql(self, template):
        """An SQL text with the names of the tables in it: `{term}`."""
        return template.format_map(self._asdict())


def _named(kind, lock):
    names = (f"thinktank_{kind}{name}" for name in ("statistics", "document", "term", "posting"))
    return Tables(*names, lock)


PUBLISHED = _named("published", 0x7417_0001)
WORKING = _named("working", 0x7417_0002)
