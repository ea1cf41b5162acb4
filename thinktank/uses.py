"""Where pictures of the library stand. Every model says it by its own fields, so that none can be forgotten:
a foreign key to the image, and `pictures`, the keys of those in its bodies."""

from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

from django.apps import apps
from django.db.models import BigIntegerField, Exists, F, Func, Model, OuterRef, Q

FEW = 100  # rows named of one model


@dataclass(frozen=True)
class Place:
    """A model whose rows show pictures."""

    model: type[Model]
    keys: tuple[str, ...]  # foreign keys to an image
    has_bodies: bool

    @property
    def is_public(self):
        """Whether readers can reach rows of it; its queryset's `readable` says which."""
        return hasattr(self.model._default_manager, "readable")

    def shows(self, image):
        """The condition that a row shows the image with this primary key (or expression)."""
        condition = Q(**{"pictures__contains": [image]}) if self.has_bodies else Q()
        return reduce(or_, (Q(**{key: image}) for key in self.keys), condition)

    def rows(self, image):
        return self.model._default_manager.filter(self.shows(image))


@cache
def places():
    """The models that show pictures, those with the most rows first."""
    image = apps.get_model("thinktank", "Image")
    found = []
    for model in apps.get_models():
        keys = tuple(field.name for field in model._meta.fields if field.related_model is image)
        bodies = any(field.name == "pictures" for field in model._meta.fields)
        if keys or bodies:
            found.append(Place(model, keys, bodies))
    return tuple(reversed(found))  # apps are installed from the kernel outwards


def in_public():
    """The condition, in a query of images, that one stands in something that readers can reach."""
    conditions = [
        Exists(place.model._default_manager.readable().filter(place.shows(OuterRef("pk"))).order_by())
        for place in places()
        if place.is_public
    ]
    return reduce(or_, conditions)


def rows_that_show(image):
    """Some of the rows in which the image with this primary key stands, of every model."""
    return [row for place in places() for row in place.rows(image)[:FEW]]


def in_use():
    """The condition, in a query of images, that one stands anywhere, public or not."""
    condition = Q()
    for place in places():
        rows = place.model._default_manager.order_by()
        for key in place.keys:
            condition |= Q(pk__in=rows.filter(**{f"{key}__isnull": False}).values(key).distinct())
        if place.has_bodies:
            each = Func(F("pictures"), function="unnest", output_field=BigIntegerField())
            condition |= Q(pk__in=rows.exclude(pictures=[]).annotate(key=each).values("key").distinct())
    return condition
