"""Addresses: who owns a slug, where a former one leads, and how a thing gets and keeps its own."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from . import names
from .languages import codes, column, languages, read, write
from .slugs import MAX_LENGTH, normal_slug, validate_slug


class SlugTaken(ValidationError):
    """The slug leads to something else already, or once did."""

    def __init__(self, slug, language):
        super().__init__(
            _("The address “%(slug)s” (%(language)s) belongs to another text or page, or once did. Choose another."),
            code="slug_taken",
            params={"slug": slug, "language": languages()[language].endonym},
        )


class PermalinkQuerySet(models.QuerySet):
    def of(self, target):
        return self.filter(content_type=ContentType.objects.get_for_model(target), object_id=target.pk)

    def owner(self, namespace, language, slug):
        """The permalink with this slug, current or former, or None."""
        rows = self.select_related("content_type").filter(namespace=namespace, language=language, slug=slug)
        return rows.order_by().first()

    def is_free(self, namespace, language, slug, target=None):
        taken = self.filter(namespace=namespace, language=language, slug=slug)
        if target is not None and target.pk:
            taken = taken.exclude(content_type=ContentType.objects.get_for_model(target), object_id=target.pk)
        return not taken.exists()

    def claim(self, namespace, language, slug, target):
        """Make `slug` the current address of `target`; its former ones go on leading to it.

        Raises SlugTaken. Call it inside a transaction.
        """
        kind = ContentType.objects.get_for_model(target)
        mine = {"content_type_id": kind.pk, "object_id": target.pk}
        row, _created = self.get_or_create(
            namespace=namespace, language=language, slug=slug, defaults=mine | {"is_current": False}
        )
        if (row.content_type_id, row.object_id) != (kind.pk, target.pk):
            raise SlugTaken(slug, language)
        if not row.is_current:
            self.filter(**mine, language=language, is_current=True).update(is_current=False)
            self.filter(pk=row.pk).update(is_current=True)

    def current_slug(self, target, language):
        return self.of(target).filter(language=language, is_current=True).values_list("slug", flat=True).first()


def free_slug(wanted, is_free):
    """`wanted`, or the first of `wanted-2`, `wanted-3`… for which `is_free` holds."""
    slug, number = wanted, 1
    while not is_free(slug):
        number += 1
        ending = f"-{number}"
        slug = wanted[: MAX_LENGTH - len(ending)].rstrip("-") + ending
    return slug


class Addressed(models.Model):
    """A thing that is public as soon as it is saved, at an address of its own in each language that it has a name in.

    A subclass has the translated fields `slug` and the one named in `names_itself_by`, and says its `namespace`.
    """

    namespace = ""
    kind = ""
    names_itself_by = "name"

    class Meta:
        abstract = True

    def languages(self):
        return [code for code in codes() if read(self, self.names_itself_by, code)]

    def clean(self):
        super().clean()
        errors = {}
        for code in codes():
            slug = normal_slug(read(self, "slug", code))
            if slug:
                try:
                    self.check_slug(slug, code)
                except ValidationError as error:
                    errors[column("slug", code)] = error
        if not self.languages():
            errors[column(self.names_itself_by, codes()[0])] = ValidationError(
                _("Give it a name in one language at least.")
            )
        if errors:
            raise ValidationError(errors)

    def check_slug(self, slug, language):
        """Raise ValidationError unless this thing can have `slug` in `language`."""
        validate_slug(slug)
        if not self._permalinks().is_free(self.namespace, language, slug, target=self):
            raise SlugTaken(slug, language)

    def fill_slugs(self):
        """Give a slug, by the rule of the language, to each language that has a name and no slug."""
        for code in self.languages():
            if not read(self, "slug", code):
                write(self, "slug", code, self.slug_by_rule(code))

    def slug_by_rule(self, code):
        def is_free(slug):
            try:
                self.check_slug(slug, code)
            except ValidationError:
                return False
            return True

        wanted = languages()[code].slug(read(self, self.names_itself_by, code)) or self._meta.model_name
        return free_slug(wanted, is_free)

    @transaction.atomic
    def save(self, *args, **kwargs):
        self.fill_slugs()
        super().save(*args, **kwargs)
        self.claim_addresses()

    def claim_addresses(self):
        for code in self.languages():
            self._permalinks().claim(self.namespace, code, normal_slug(read(self, "slug", code)), self)
        self.keep_names()

    def keep_names(self):
        """Let it be found by its name, in whichever spelling."""
        names.keep(self, self.kind, self.names_itself_by)

    @staticmethod
    def _permalinks():
        from .models import Permalink

        return Permalink.objects
