"""Model fields that keep a promise about what they store."""

import re

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField, ProseEditorFormField

from . import embeds, html
from .slugs import BIDI_CONTROLS, normal_slug

# Control characters but white space, and halves of characters; most texts have none, so one look is enough.
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


class LineField(models.CharField):
    """One line of plain text: no control characters, bidirectional controls only in balanced pairs."""

    def to_python(self, value):
        value = super().to_python(value)
        return None if value is None else one_line(value)

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname)
        if isinstance(value, str):
            value = one_line(value)
            setattr(instance, self.attname, value)
        return value


def one_line(text):
    """`text` on one line, without control characters; nothing at all if nothing of it can be seen."""
    text = UNPRINTABLE.sub("", text)
    text = html.balanced(" ".join(text.replace("\ufeff", "").split()))
    return text if any(c.isprintable() and c != " " for c in text) else ""


class NameField(LineField):
    """A name of a person or a thing: one line without any bidirectional control."""

    def to_python(self, value):
        return super().to_python(BIDI_CONTROLS.sub("", value) if isinstance(value, str) else value)

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname)
        if isinstance(value, str):
            setattr(instance, self.attname, BIDI_CONTROLS.sub("", value))
        return super().pre_save(instance, add)


class AddressField(models.CharField):
    """A slug, stored composed and without invisible characters; NULL where there is none."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return normal_slug(value) or None if value else None

    def get_prep_value(self, value):
        return super().get_prep_value(value) or None

    def pre_save(self, instance, add):
        value = self.to_python(getattr(instance, self.attname))
        setattr(instance, self.attname, value)
        return value


class BodyFormField(ProseEditorFormField):
    """Says what it refuses, where the cleaner would leave it out without a word."""

    def clean(self, value):
        refused = embeds.refused(value or "")
        if refused:
            raise ValidationError(
                _("“%(address)s” cannot be embedded. These sites can be: %(sites)s."),
                code="embed_refused",
                params={"address": refused[:200], "sites": embeds.names()},
            )
        return super().clean(value)


class BodyField(ProseEditorField):
    """Body HTML, cleaned by the allow-list whichever way it comes in: form, import, script or update()."""

    default_validators = [MaxLengthValidator(html.MAX_LENGTH)]

    def __init__(self, *args, **kwargs):
        kwargs["sanitize"] = html.clean
        kwargs.setdefault("extensions", EDITOR_EXTENSIONS)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        for argument in ("sanitize", "extensions", "config", "preset"):
            kwargs.pop(argument, None)
        return name, "django.db.models.TextField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": BodyFormField} | kwargs)

    def pre_save(self, instance, add):
        value = getattr(instance, self.attname)
        if isinstance(value, str):
            value = html.clean(value)
            setattr(instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        return super().get_db_prep_save(html.clean(value) if isinstance(value, str) else value, connection)


class PicturesField(ArrayField):
    """The library's pictures that stand in the bodies of a row, read off them at every save."""

    def __init__(self, base_field=None, **kwargs):
        kwargs |= {"default": list, "editable": False, "blank": True}
        super().__init__(base_field or models.BigIntegerField(), **kwargs)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, kwargs

    def pre_save(self, instance, add):
        bodies = [getattr(instance, field.attname) for field in self.model._meta.fields if isinstance(field, BodyField)]
        found = sorted({key for body in bodies for key in html.pictures_in(body or "")})
        setattr(instance, self.attname, found)
        return found


EDITOR_EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Cite": True,
    "Isolated": True,
    "Heading": {"levels": [2, 3]},
    "HardBreak": True,
    "HorizontalRule": True,
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "PullQuote": True,
    "Footnote": True,
    "Link": {"enableTarget": False, "autolink": False, "protocols": sorted(html.URL_SCHEMES)},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "TableTitle": True,
    "LibraryFigure": True,
    "Embed": True,
    "StoredForm": True,
    "CleanPaste": True,
    "Menu": {
        "groups": [
            {"group": "blockType -lists"},
            {"group": "lists"},
            {"group": "nodes -blockType -lists"},
            {"group": "marks"},
            {"group": "link"},
            {"group": "table"},
            {"group": "history"},
        ]
    },
}
