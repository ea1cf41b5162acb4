"""The directory of people."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from taxonomy.models import Region, Topic
from thinktank import chrome
from thinktank.languages import codes
from thinktank.views import home_crumb, not_found

from .models import Expert

GROUPINGS = {"name": None, "topic": Topic, "region": Region}


@require_safe
def directory(request):
    """Everybody by name, or the present experts by topic or by region."""
    by = request.GET.get("by", "name")
    if by not in GROUPINGS:
        return not_found(request)
    language = get_language()
    people = (
        Expert.objects.in_language(language)
        .select_related("photo")
        .defer("bio", *(f"bio_{code}" for code in codes()), *(f"short_bio_{code}" for code in codes()))
    )
    groups = _by_status(people) if by == "name" else _by_term(people, GROUPINGS[by], language)
    labels = {"name": _("By name"), "topic": _("By topic"), "region": _("By region or country")}
    query = "" if by == "name" else f"by={by}"
    return render(
        request,
        "experts/directory.html",
        {
            "page": chrome.page(
                _("Experts"), chrome.everywhere("experts", query), breadcrumb=[home_crumb(), {"label": _("Experts")}]
            ),
            "groupings": [
                {
                    "label": label,
                    "url": reverse("experts") + ("" if key == "name" else f"?by={key}"),
                    "current": key == by,
                }
                for key, label in labels.items()
            ],
            "groups": groups,
        },
    )


def _entry(person):
    return {
        "name": person.name,
        "role": person.role,
        "affiliation": person.affiliation,
        "url": person.get_absolute_url(),
        "photo": person.photo,
        "status_label": person.get_status_display(),
    }


def _by_status(people):
    titles = {
        Expert.Status.RESIDENT: _("Resident experts"),
        Expert.Status.ADJUNCT: _("Adjunct experts"),
        Expert.Status.GUEST: _("Guest authors"),
        Expert.Status.FORMER: _("Former experts"),
    }
    people = list(people)
    groups = [
        {"label": label, "id": status.value, "experts": [_entry(p) for p in people if p.status == status]}
        for status, label in titles.items()
    ]
    return [group for group in groups if group["experts"]]


def _by_term(people, kind, language):
    present = people.exclude(status=Expert.Status.FORMER)
    terms = kind.objects.in_language(language).filter(experts__in=present).distinct()
    members = {}
    relation = getattr(Expert, f"{kind.kind}s").through.objects
    for person, term in relation.values_list("expert_id", f"{kind.kind}_id"):
        members.setdefault(term, set()).add(person)
    people = list(present)
    return [
        {
            "label": term.name,
            "id": f"{kind.kind}-{term.pk}",
            "experts": [_entry(p) for p in people if p.pk in members.get(term.pk, ())],
        }
        for term in terms.only("pk", f"name_{language}", "order")
    ]
