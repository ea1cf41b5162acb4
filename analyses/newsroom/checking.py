"""The checks of the text as it stands in the form, saved or not: the page's script asks for them after a change."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from thinktank import html
from thinktank.fields import one_line
from thinktank.languages import codes, column, languages
from thinktank.slugs import normal_slug

from .. import checks
from ..checks import Copy, Surroundings
from ..permissions import may_see, visible_to

MOST_AUTHORS = 100  # rows of the form
# Where on the editing page a finding is mended; a field of one language is `id_<field>_<code>`.
PLACES = {
    "authors": "authorships-group", "format": "id_format", "image": "id_image", "topics": "id_topics",
    "regions": "id_regions",
}  # fmt: skip


def urls(admin):
    def answer(request, pk):
        return check_form(request, pk)

    return [path("<int:pk>/checks/", admin.admin_site.admin_view(answer), name="analyses_analysis_checks")]


def on_form(request, analysis):
    return {"checks_url": reverse("admin:analyses_analysis_checks", args=[analysis.pk])}


@require_POST
def check_form(request, pk):
    """The panel for every language that the form has begun."""
    analysis = get_object_or_404(visible_to(request.user), pk=pk)
    if not may_see(request.user, analysis):
        raise Http404
    copies = [copy for code in codes() if (copy := copy_of_form(request.POST, analysis, code)).title or copy.body]
    around = Surroundings(copies)
    return render(request, "admin/newsroom/findings.html", {"panels": [panel(copy, around) for copy in copies]})


def panel(copy, around):
    blocking, advising = checks.in_two(checks.of_copy(copy, around))
    return {
        "language": languages()[copy.language],
        "blocking": placed(blocking),
        "advising": placed(advising),
    }


def placed(findings):
    """`[(finding, the link to its field)]`."""
    return [(finding, f"#{place(finding)}") for finding in findings]


def place(finding):
    return PLACES.get(finding.field) or f"id_{column(finding.field, finding.language)}"


def copy_of_form(data, analysis, code):
    """One language as it stands in the form. What the form does not send is as it was saved."""
    saved = Copy.of(analysis, code)

    def text(name):
        return one_line(data.get(column(name, code), getattr(saved, name)))

    def chosen(name, was):
        return bool(data.getlist(name)) if "format" in data else was

    image = data.get("image", saved.image or "")
    return Copy(
        language=code,
        title=text("title"),
        summary=text("summary"),
        slug=normal_slug(text("slug")),
        body=html.clean(data.get(column("body", code), saved.body)[: html.MAX_LENGTH]),
        has_format=bool(data.get("format", saved.has_format)),
        has_author=_has_author(data) if "authorships-TOTAL_FORMS" in data else saved.has_author,
        has_topic=chosen("topics", saved.has_topic),
        has_region=chosen("regions", saved.has_region),
        image=int(image) if str(image).isdigit() and len(str(image)) < 19 else None,
        analysis=analysis,
        is_original=data.get("original_language", analysis.original_language) == code,
    )


def _has_author(data):
    rows = range(MOST_AUTHORS)
    return any(data.get(f"authorships-{n}-expert") and not data.get(f"authorships-{n}-DELETE") for n in rows)
