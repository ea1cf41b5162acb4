"""What the library's grid shows, on its own page and in the window in which a picture is chosen."""

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .. import uses
from ..images import renditions
from ..languages import codes, column, read

SOON = 30  # days before the end of a licence from which on the newsroom is warned


def tile(image):
    return {
        "image": image,
        "url": reverse("admin:thinktank_image_change", args=[image.pk]),
        "thumbnail": renditions(image, "3:2"),
        "src": renditions(image)["src"],
        "alts": {code: image.alternative_text(code) for code in codes()},
        "captions": {code: read(image, "caption", code) or "" for code in codes()},
        "marks": marks(image),
    }


def marks(image):
    """What somebody must know of a picture before choosing it: `[(class of the mark, words)]`."""
    found = []
    if image.withdrawn_at:
        found.append(("withdrawn", _("Withdrawn")))
    if image.is_expired:
        found.append(("withdrawn", _("Licence ended")))
    elif image.licence_until and (image.licence_until - timezone.localdate()).days <= SOON:
        found.append(("newer-draft", _("Licence ends %s") % date_format(image.licence_until, "DATE_FORMAT")))
    if image.is_decorative:
        found.append(("draft", _("Decorative")))
    elif not image.is_described:
        found.append(("newer-draft", _("Not described")))
    return found


class Filter(admin.SimpleListFilter):
    """A filter whose choices are `{value: (words, function from queryset to queryset)}`."""

    choices_of = {}

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _narrow) in self.choices_of.items()]

    def queryset(self, request, queryset):
        chosen = self.choices_of.get(self.value())
        return chosen[1](queryset) if chosen else queryset


class UseFilter(Filter):
    title = _("use")
    parameter_name = "use"
    choices_of = {
        "unused": (_("In no text"), lambda images: images.exclude(uses.in_use())),
        "used": (_("In use"), lambda images: images.filter(uses.in_use())),
    }


class RightsFilter(Filter):
    title = _("licence")
    parameter_name = "rights"
    choices_of = {
        "soon": (_("Ends within 30 days"), lambda images: images.expiring(SOON)),
        "ended": (_("Ended"), lambda images: images.expired()),
        "withdrawn": (_("Withdrawn"), lambda images: images.filter(withdrawn_at__isnull=False)),
        "showable": (_("May be shown"), lambda images: images.showable()),
    }


def _undescribed(images):
    missing = Q()
    for code in codes():
        name = column("alt", code)
        missing |= Q(**{name: ""}) | Q(**{f"{name}__isnull": True})
    return images.filter(missing, is_decorative=False)


class DescriptionFilter(Filter):
    title = _("description")
    parameter_name = "described"
    choices_of = {
        "no": (_("Not described"), _undescribed),
        "decorative": (_("Decorative"), lambda images: images.filter(is_decorative=True)),
    }
