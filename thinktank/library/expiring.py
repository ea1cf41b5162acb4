"""For the newsroom's desk: pictures that will leave the public pages soon, and those that have."""

from .. import uses
from ..models import Image
from .tiles import SOON, tile

MOST = 12


def expiring_pictures(request):
    """The context of `admin/newsroom/expiring_pictures.html`: two queries, whatever the size of the library.

    `expiring_pictures` are tiles, the one that ends first at the head; `ended_in_use` says how many pictures stand in
    something although their licence has ended. Empty for whoever may not see the library.
    """
    if not request.user.has_perm("thinktank.view_image"):
        return {"expiring_pictures": [], "ended_in_use": 0}
    ended = Image.objects.expired().filter(uses.in_use(), withdrawn_at__isnull=True)
    return {
        "expiring_pictures": [tile(image) for image in Image.objects.expiring(SOON)[:MOST]],
        "ended_in_use": ended.count(),
    }
