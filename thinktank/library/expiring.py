"""For the newsroom's desk: pictures that will leave the public pages soon, and those that have."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import uses
from ..models import Image
from ..newsroom import Panel
from .tiles import SOON

MOST = 12


def panels(request):
    """A panel of the desk if a licence ends soon or has ended, the one that ends first at the head; two queries.

    Nothing for whoever may not see the library.
    """
    if not request.user.has_perm("thinktank.view_image"):
        return []
    ended = Image.objects.expired().filter(uses.in_use(), withdrawn_at__isnull=True).count()
    rows = [
        {
            "url": reverse("admin:thinktank_image_change", args=[image.pk]),
            "title": str(image),
            "kind": _("Licence ends %s") % date_format(image.licence_until, "DATE_FORMAT"),
        }
        for image in Image.objects.expiring(SOON)[:MOST]
    ]
    if not rows and not ended:
        return []
    library = reverse("admin:thinktank_image_changelist")
    more = (f"{library}?rights=soon", _("All of them"))
    if ended:
        words = ngettext(
            "%(counter)s picture in use is no longer shown to readers, because its licence has ended.",
            "%(counter)s pictures in use are no longer shown to readers, because their licence has ended.",
            ended,
        )
        more = (f"{library}?rights=ended&use=used", words % {"counter": ended})
    return [Panel("pictures", _("Pictures whose licence ends"), rows, _("No licence ends within 30 days."), more)]
