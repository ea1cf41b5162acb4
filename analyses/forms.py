"""What staff fill in to write, publish and withdraw a text."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.forms import TagField, TagWidget
from taggit.utils import edit_string_for_tags

from thinktank.fields import one_line
from thinktank.slugs import BIDI_CONTROLS

from .editions import Edition
from .permitted import PermittedForm

MOST_TAGS = 50
FARTHEST = timedelta(days=36525)  # of a schedule; the last year of the calendar cannot be shown in every time zone


class TagsField(TagField):
    """Keywords, each of which the database can hold."""

    def clean(self, value):
        if isinstance(value, list):  # what the text has: where somebody may not change it
            value = edit_string_for_tags(value)
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


class PublishForm(forms.Form):
    at = forms.DateTimeField(
        label=gettext_lazy("At a later moment"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("Left empty: at once. Time zone: %(zone)s.") % {"zone": settings.TIME_ZONE}

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at and at > timezone.now() + FARTHEST:
            raise ValidationError(self.fields["at"].error_messages["invalid"], code="invalid")
        if at and at <= timezone.now():
            raise ValidationError(_("This moment has passed. Leave the field empty to publish at once."))
        return at


class ChangeForm(PublishForm):
    """Of a text that readers have seen already: they are told what was changed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of change it is"),
        choices=[choice for choice in Edition.Kind.choices if choice[0] != Edition.Kind.FIRST],
    )
    note = forms.CharField(
        label=gettext_lazy("Note for readers"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What was changed, in the language of the text. A typographical change needs none."),
    )
    field_order = ["kind", "note", "at"]

    def __init__(self, *args, language, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs |= {"lang": language.code, "dir": language.direction}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") in Edition.EXPLAINED and "note" in cleaned and not one_line(cleaned["note"]):
            self.add_error("note", _("Say in a note for readers what was changed."))
        return cleaned


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the newsroom’s records."),
    )

    def clean_reason(self):
        reason = one_line(self.cleaned_data["reason"])
        if not reason:  # nothing of it can be seen
            raise ValidationError(self.fields["reason"].error_messages["required"], code="required")
        return reason
