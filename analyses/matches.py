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
    """The cards with the words of the query marked in the title, and what tells most of it: the summary or a part of the text."""
    for card in cards:
        card.title_pieces = search.mark(query, card.title)
        card.snippet_pieces = _telling(query, card)
    return cards


def _telling(query, card):
    """The summary, unless a part of the text has more of the words."""
    summary = search.mark(query, card.summary) if len(card.summary) <= 2 * SNIPPET["length"] else []
    told = _told(query, summary)
    if summary and told == query.weights.keys():
        return summary
    snippet = search.snippet(query, card.text or card.summary, **SNIPPET)
    return snippet if not told or _weight(query, _told(query, snippet)) > _weight(query, told) else summary


def _told(query, pieces):
    """The stems of a query that are marked in pieces of text."""
    words = languages()[query.language].analyser.words(" ".join(piece for piece, is_marked in pieces if is_marked))
    return {word.stem for word in words} & query.weights.keys()


def _weight(query, stems):
    return sum(query.weights[stem] for stem in stems)


def elsewhere(text, language):
    """`[(language, how many)]` of the other languages in which the same search finds something."""
    found = []
    for code in codes():
        if code != language:
            with patience():
                total = search.find(code, text, exact=True).total
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
