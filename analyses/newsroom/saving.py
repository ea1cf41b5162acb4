"""The form of a text in the admin, saved by people who may have it open at the same time, and twice by one of them."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import Analysis
from . import autosave, preview, two_editors
from .form_state import INLINES, OPENED, in_order, rows_of


class Saving:
    """For the admin of analyses. Stands first among the base classes.

    `request.held` is set where the form is to come back as it was sent, with nothing saved.
    """

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.held = getattr(request, "held", False)
        return form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        request.held = False
        if request.method != "POST" or not (object_id is None or object_id.isdecimal()):  # what is no key finds nothing
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            answer = (self.add_once if object_id is None else self.change_together)(
                request, object_id, form_url, extra_context
            )
            if answer.status_code == 302:
                autosave.forget(request, object_id)
        return answer

    def change_together(self, request, object_id, *args):
        answer = two_editors.meet(self, request, object_id)
        if hasattr(request, "restored"):
            answer, request.held = None, True
        answer = answer or super().changeform_view(request, object_id, *args)
        if answer.status_code == 302:
            two_editors.tell(request, object_id)
        return answer

    def add_once(self, request, *args):
        """A new text; the form sent a second time leads to what the first made of it."""
        request.held = hasattr(request, "restored")
        request.form_key = two_editors.key_of(request.POST.get(OPENED))
        made = Analysis.objects.filter(form_key=request.form_key) if request.form_key else Analysis.objects.none()
        if not request.held and (text := made.first()):
            return self.response_add(request, text)
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args)
        except IntegrityError:
            if text := made.first():
                return self.response_add(request, text)
            raise

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        form = context["adminform"].form
        if not form.is_bound:
            form.initial[OPENED] = _opened(obj, form.initial, context) if obj else two_editors.begun()
        context |= autosave.beside_form(request, obj) | preview.beside_form(request, obj)
        if "draft" in context:
            context["draft"]["changes"] = autosave.changes_of(context["draft"]["row"], self, request, obj)
        if hasattr(request, "restored"):
            said = _("This is your draft of %(time)s. It is not saved yet.") % {"time": request.restored}
            messages.info(request, said)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.form_key = request.form_key
        super().save_model(request, obj, form, change)


def _opened(analysis, initial, context):
    """What the form is opened with. Its rows were read for it already."""
    shown = {inline.formset.prefix: inline.formset.get_queryset() for inline in context["inline_admin_formsets"]}
    rows = {name: in_order(shown[name]) if name in shown else rows_of(analysis, name) for name in INLINES}
    return two_editors.opened(analysis, initial, rows)
