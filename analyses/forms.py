"""What staff fill in to write a text."""

import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.forms import TagField, TagWidget
from taggit.utils import edit_string_for_tags

from thinktank.fields import one_line
from thinktank.slugs import BIDI_CONTROLS

from .permitted import PermittedForm

MOST_TAGS = 50
QUOTED_OR_COMMA = re.compile('(?P<quoted>"[^"]*")|،')


class TagsField(TagField):
    """Keywords, each of which the database can hold. Commas part them, Arabic ones too; spaces do not."""

    def clean(self, value):
        if isinstance(value, list):  # what the text has: where somebody may not change it
            value = edit_string_for_tags(value)
        if value:
            value = QUOTED_OR_COMMA.sub(lambda found: found["quoted"] or ",", value) + ","
        names = [BIDI_CONTROLS.sub("", one_line(name)) for name in super().clean(value)]
        names = [name for name in names if name]
        if len(names) > MOST_TAGS:
            raise ValidationError(_("A text has at most %(most)d tags.") % {"most": MOST_TAGS})
        too_long = [name for name in names if len(name) > 100]
        if too_long:
            raise ValidationError(_("“%(tag)s…” is too long for a tag.") % {"tag": too_long[0][:40]})
        return names


class Held:
    """For a form, or the rows of one, that can come back as it was sent: unsaved and without a word on what is wrong."""

    held = False

    def is_valid(self):
        return not self.held and super().is_valid()

    def full_clean(self):
        if not self.held:
            return super().full_clean()
        self.cleaned_data = {}
        self._errors = ErrorDict()


class OpenedField(forms.CharField):
    """The state that a form was opened with, signed; no field of the text."""

    def __init__(self):
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial, data):
        return False


class AnalysisForm(Held, PermittedForm, forms.ModelForm):
    opened = OpenedField()
    tags = TagsField(
        label=gettext_lazy("Tags"),
        required=False,
        widget=TagWidget({"class": "vTextField", "dir": "auto"}),
        help_text=gettext_lazy("Separated by commas: NATO, water rights."),
    )
    original_language = forms.ChoiceField(label=gettext_lazy("Original language"), choices=settings.LANGUAGES)


class RowForm(Held, PermittedForm, forms.ModelForm):
    """Of an author, or of a text to read next."""
