"""What the search engine finds, within a reader's patience, and what a result shows of it."""

from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import OperationalError, connection
from psycopg.errors import InFailedSqlTransaction, QueryCanceled

from thinktank import search
from thinktank.languages import codes, languages
from thinktank.search import spelling
from thinktank.search.queries import parse
from thinktank.search.tables import PUBLISHED

PATIENCE = 2000  # milliseconds that a search may take in the database
SNIPPET = {"length": 240}
HEAVY = 3  # words that are named to the reader


class TooHeavy(Exception):
    """The database was stopped before it had an answer."""


@contextmanager
def patience():
    """Raises TooHeavy where a query inside takes longer than `PATIENCE`."""
    _set_timeout(PATIENCE)
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooHeavy from error
        raise
    finally:
        _set_timeout(settings.STATEMENT_TIMEOUT)


def _set_timeout(milliseconds):
    """A command to the connection rather than a query; Django's log of queries does not see it."""
    connection.ensure_connection()
    with suppress(InFailedSqlTransaction):  # then the transaction takes it back itself
        connection.connection.execute(f"SET statement_timeout = {int(milliseconds)}")


def find(chosen, language):
    """What the engine finds for the words of a request. Raises TooHeavy."""
    with patience():
        return search.find(language, chosen.query, exact=chosen.exact)


def rows(editions):
    """`editions` with what a result shows: the text too, of which a part is printed."""
    return editions.for_cards().defer(None).defer("source", "body", "headings", "footnotes")


def marked(query, cards):
    """The cards with the words of the query marked in the title, and the part of the text that tells most of it."""
    for card in cards:
        card.title_pieces = search.mark(query, card.title)
        pieces = search.mark(query, card.summary)
        if not any(is_marked for _piece, is_marked in pieces) or len(card.summary) > 2 * SNIPPET["length"]:
            pieces = search.snippet(query, card.text or card.summary, **SNIPPET)
        card.snippet_pieces = pieces
    return cards


def elsewhere(text, language):
    """`[(language, how many)]` of the other languages in which the same search finds something."""
    found = []
    for code in codes():
        if code != language:
            with patience():
                total = search.find(code, text).total
            if total:
                found.append((languages()[code], total))
    return found


def heavy_words(text, language):
    """The words of a query that most texts have, the most frequent first, as they were typed."""
    query = parse(language, text)
    terms = spelling.terms(PUBLISHED, language, set(query.stems))
    typed = {word.stem: word.shown for word in query.words}
    often = sorted((term.documents, stem) for stem, term in terms.items() if stem in typed)[::-1]
    return [typed[stem] for _documents, stem in often[:HEAVY]]
