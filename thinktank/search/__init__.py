"""Search in PostgreSQL alone, in any language of the site (docs/search.md). It knows documents, not what they are.

found = find("en", "water in Iraq")     found.total, found.keys, found.corrected, found.query
mark(found.query, title)                snippet(found.query, text)
"""

from .analysis import fold

__all__ = ["find", "fold", "mark", "snippet"]


def __getattr__(name):
    # `languages` needs the analysers, and the search needs `languages`.
    if name == "find":
        from .ranking import find as found
    elif name in ("mark", "snippet"):
        from . import marking

        found = getattr(marking, name)
    else:
        raise AttributeError(name)
    return found
