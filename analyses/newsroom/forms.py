"""What staff fill in to publish, schedule and withdraw a text."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thinktank.fields import one_line
from thinktank.models import Permalink

from ..editions import Edition
from ..links import own_path
from ..models import Analysis
from ..publication import NAMESPACE
from .zones import WallClockField, is_skipped, readings, with_offset, zone_names

FARTHEST = timedelta(days=36525)  # of a schedule; the last year of the calendar cannot be shown in every time zone


class MomentForm(forms.Form):
    """A moment in a named zone. Where the clocks skip or repeat it, the form asks which of two moments is meant."""

    at = WallClockField(label=gettext_lazy("At a later moment"), required=False)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    moment = forms.ChoiceField(label=gettext_lazy("Which of the two moments"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args, zone=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [(name, name.replace("_", " ")) for name in zone_names()]
        self.fields["zone"].initial = zone or settings.TIME_ZONE
        self.fields["zone"].widget.attrs["dir"] = "ltr"
        self.fields["at"].help_text = _("Left empty: at once.")
        # It is a question only where the clocks leave it open.
        self.which = self.fields.pop("moment")

    def clean(self):
        cleaned = super().clean()
        cleaned["zone"] = cleaned.get("zone") or self.fields["zone"].initial
        if cleaned.get("at"):
            try:
                cleaned["at"] = self._moment(cleaned["at"], cleaned["zone"])
            except ValidationError as error:
                self.add_error("at", error)
        return cleaned

    def _moment(self, wall, zone):
        if not 1 < wall.year - 1900 or wall - timezone.now().replace(tzinfo=None) > FARTHEST:
            raise ValidationError(self.fields["at"].error_messages["invalid"], code="invalid")
        found = readings(wall, zone)
        at = found[0] if len(found) == 1 else self._chosen(wall, zone, found)
        if at <= timezone.now():
            raise ValidationError(_("This moment has passed. Leave the field empty to publish at once."))
        return at

    def _chosen(self, wall, zone, found):
        self.which.choices = [(moment.isoformat(), with_offset(moment, zone)) for moment in found]
        self.fields["moment"] = self.which
        chosen = next(
            (moment for moment in found if moment.isoformat() == self.data.get(self.add_prefix("moment"))), None
        )
        if chosen is None:
            words = (
                _("The clocks are put forward there and never show this time. Choose one of the two moments below.")
                if is_skipped(wall, zone)
                else _("The clocks are set back there and show this time twice. Choose one of the two moments below.")
            )
            raise ValidationError(words, code="which")
        return chosen

    def how(self):
        """What `Analysis.publish` is to be given."""
        return {name: self.cleaned_data[name] for name in ("at", "kind", "note") if name in self.cleaned_data}


class PublishForm(MomentForm):
    """Of a text that readers have not seen yet."""


class ChangeForm(MomentForm):
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
    field_order = ["kind", "note", "at", "zone", "moment"]

    def __init__(self, *args, language, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs |= {"lang": language.code, "dir": language.direction}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") in Edition.EXPLAINED and "note" in cleaned and not one_line(cleaned["note"]):
            self.add_error("note", _("Say in a note for readers what was changed."))
        return cleaned


class RescheduleForm(MomentForm):
    """Another moment for what is scheduled."""

    def __init__(self, *args, scheduled, zone=None, **kwargs):
        super().__init__(*args, zone=zone, **kwargs)
        self.fields["at"].label = _("New moment")
        self.fields["at"].required = True
        self.fields["at"].help_text = ""
        zone = self.fields["zone"].initial
        self.fields["at"].initial = scheduled.live_from.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


class WithdrawForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Why it leaves the site"),
        choices=[
            (Edition.Withdrawal.ERROR, gettext_lazy("Published in error: readers find no trace of it")),
            (Edition.Withdrawal.WITHDRAWN, gettext_lazy("Withdrawn: its address says so, with the reason")),
        ],
        widget=forms.RadioSelect,
        initial=Edition.Withdrawal.WITHDRAWN,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the newsroom’s records"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("Readers never see it."),
    )
    notice = forms.CharField(
        label=gettext_lazy("Reason for readers"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only for a text that is withdrawn: one or two sentences in the language of the text."),
    )
    replaced_by = forms.CharField(
        label=gettext_lazy("What replaces it"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField", "dir": "ltr"}),
        help_text=gettext_lazy("Only for a text that is withdrawn: the address of another text on this site."),
    )

    def __init__(self, *args, language, leaving=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.language, self.leaving = language, leaving
        self.fields["notice"].widget.attrs |= {"lang": language.code, "dir": language.direction}

    def clean_reason(self):
        reason = one_line(self.cleaned_data["reason"])
        if not reason:  # nothing of it can be seen
            raise ValidationError(self.fields["reason"].error_messages["required"], code="required")
        return reason

    def clean_notice(self):
        return one_line(self.cleaned_data["notice"])

    def clean_replaced_by(self):
        given = self.cleaned_data["replaced_by"].strip()
        if not given:
            return None
        path = own_path(given) or (NAMESPACE, self.language.code, given, "")
        found = Permalink.objects.owner(*path[:3])
        kind = ContentType.objects.get_for_model(Analysis)
        if found is None or found.content_type_id != kind.pk or path[0] != NAMESPACE:
            raise ValidationError(_("There is no text of this site at that address."))
        if found.object_id in self.leaving:
            raise ValidationError(_("A text cannot replace itself."))
        if not Edition.objects.live().filter(analysis=found.object_id).exists():
            raise ValidationError(_("The text at that address is not public, so readers could not be sent there."))
        return Analysis.objects.get(pk=found.object_id)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Edition.Withdrawal.WITHDRAWN:
            if "notice" in cleaned and not cleaned["notice"]:
                self.add_error("notice", _("Tell readers why it was withdrawn."))
        elif cleaned.get("notice") or cleaned.get("replaced_by"):
            self.add_error("kind", _("Of a text that was published in error, readers are told nothing. Choose “Withdrawn”, or empty the two fields for readers."))  # fmt: skip
        return cleaned
