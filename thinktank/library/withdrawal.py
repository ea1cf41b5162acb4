"""Taking a picture off every public page at once, putting it back, and replacing it wherever it stands."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import audit
from ..fields import one_line
from ..models import Image
from .tiles import marks, tile
from .upload import disk_words
from .where_used import where_used


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("For the newsroom’s records."),
    )

    def clean_reason(self):
        reason = one_line(self.cleaned_data["reason"])
        if not reason:  # nothing of it can be seen
            raise ValidationError(self.fields["reason"].error_messages["required"], code="required")
        return reason


class ReplaceForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("The new picture"), max_length=None)


def withdraw(library, request, pk):
    """Ask for the reason, then take the picture off every public page."""
    image = _image(library, request, pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        with transaction.atomic():
            image.withdraw(reason)
            audit.record(request, "withdraw", image, reason=reason)
            library.log_change(request, image, _("Withdrawn: %s") % reason)
        messages.success(request, _("Withdrawn. Readers no longer see this picture; caches forget it within a minute."))
        return _back(image)
    return _ask(library, request, image, form, "withdraw", _("Withdraw the picture"))


def restore(library, request, pk):
    image = _image(library, request, pk)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        with transaction.atomic():
            image.restore()
            audit.record(request, "restore", image)
            library.log_change(request, image, _("Put back."))
        if image.is_showable:
            messages.success(request, _("Put back. Readers see it again wherever it stands."))
        else:
            messages.warning(request, _("Put back, but its licence has ended: readers do not see it."))
        return _back(image)
    return _ask(library, request, image, form, "restore", _("Put the picture back"))


def replace(library, request, pk):
    """Ask for a file, then show that one wherever this picture stands, in what is published too."""
    image = _image(library, request, pk)
    form = ReplaceForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if full := disk_words(request):
            form.errors.pop("file", None)
            form.add_error(None, full)
        elif form.is_valid() and _replaced(library, request, image, form):
            messages.success(request, _("Replaced, wherever it stands. Look at the description and the focal point."))
            return _back(image)
    image = Image.objects.get(pk=pk)  # as it is stored, whatever was tried
    return _ask(library, request, image, form, "replace", _("Replace the picture everywhere"))


def _replaced(library, request, image, form):
    """Whether it was done; if not, the form says why."""
    before = image.digest
    try:
        with transaction.atomic():
            image.replace(form.cleaned_data["file"])
            audit.record(request, "replace", image, before=before, after=image.digest)
            library.log_change(request, image, _("Replaced by another file."))
    except ValidationError as error:
        form.add_error("file", error)
        return False
    except OSError as error:
        form.add_error(None, disk_words(request, error))
        return False
    return True


def _image(library, request, pk):
    if not library.may_withdraw(request) or not library.has_view_permission(request):
        raise PermissionDenied
    return get_object_or_404(Image, pk=pk)


def _ask(library, request, image, form, verb, title):
    context = library.admin_site.each_context(request) | {
        "title": title,
        "opts": library.opts,
        "image": image,
        "tile": tile(image),
        "marks": marks(image),
        "used": where_used(request, image),
        "form": form,
        "verb": verb,
    }
    return render(request, "admin/newsroom/change_picture.html", context)


def _back(image):
    return HttpResponseRedirect(reverse("admin:thinktank_image_change", args=[image.pk]))
