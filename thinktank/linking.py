"""The editor's chooser of links: what of the institute's own a link may lead to, found by title in any language.

The kernel knows its pages only. An app offers what it has: `offer(source)`, where `source(user, words, language)` gives
the Targets whose title has all of `words`, at most MOST of them, and none that `user` may not know of.
"""

from dataclasses import asdict, dataclass

from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import JsonResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from .languages import codes, column, read

MOST = 8  # of one kind: who does not see it among those types another word
MAX_WORDS, MAX_LENGTH = 8, 200

_sources = []


@dataclass
class Target:
    kind: str
    title: str
    language: str  # of the title and the path
    path: str  # as it is stored; it is led to the reader's language when the page is printed
    is_live: bool = True
    state: str = ""


def offer(source):
    _sources.append(source)


def titled(words, columns):
    """The condition that one of `columns` has all of `words`."""
    found = Q()
    for name in columns:
        one = Q()
        for word in words:
            one &= Q(**{f"{name}__icontains": word})
        found |= one
    return found


def path_in(language, route, slug):
    with override(language):
        return reverse(route, args=[slug])


def public_things(model, route):
    """A source for what is public as soon as it is saved: people, terms, pages."""

    def search(user, words, language):
        names = [column(model.names_itself_by, code) for code in codes()]
        for row in model.objects.filter(titled(words, names))[:MOST]:
            has = [code for code in row.languages() if read(row, "slug", code)]
            if has:
                code = language if language in has else has[0]
                yield Target(
                    kind=capfirst(model._meta.verbose_name),
                    title=read(row, model.names_itself_by, code),
                    language=code,
                    path=path_in(code, route, read(row, "slug", code)),
                    state=_("Live"),
                )

    return search


@require_safe
def targets(request):
    """The answer to the chooser: `{"targets": [{kind, title, language, path, is_live, state}]}`."""
    language = request.GET.get("language", codes()[0])
    if language not in codes():
        raise BadRequest("There is no such language.")
    words = request.GET.get("q", "")[:MAX_LENGTH].split()[:MAX_WORDS]
    # Texts first: who offers last stands on the others.
    offered = reversed(_sources) if words else ()
    found = [target for source in offered for target in source(request.user, words, language)]
    # What is in the language that is being written comes first; within that, the order of the sources.
    found.sort(key=lambda target: target.language != language)
    return JsonResponse({"targets": [asdict(target) for target in found]})
