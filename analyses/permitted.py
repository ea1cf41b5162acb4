"""The forms of a text as far as somebody may change it: the rest is shown, greyed out, and what is sent for it ignored."""

from django.contrib import messages
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from thinktank import audit
from thinktank.languages import codes

from . import permissions
from .editions import Edition
from .models import Analysis


class PermittedForm:
    """For model forms: fields in `locked` take nothing from the data. Stands before ModelForm among the base classes."""

    locked = frozenset()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.locked & self.fields.keys():
            self.fields[name].disabled = True

    def refused(self):
        """The locked fields for which something else was sent than what is there; a browser sends nothing."""
        return [name for name in sorted(self.locked & self.fields.keys()) if self._sent_another(name)]

    def _sent_another(self, name):
        field, key = self.fields[name], self.add_prefix(name)
        if key not in self.data:
            return False
        sent = field.widget.value_from_datadict(self.data, self.files, key)
        field.disabled = False  # a disabled field never says that it has changed
        try:
            return field.has_changed(self.get_initial_for_field(field, name), sent)
        finally:
            field.disabled = True


def allowed(user, analysis):
    """`{None: may change the common fields, "en": may change the English ones, …}`, asked once for each object."""
    if analysis is None:
        return dict.fromkeys((None, *codes()), permissions.may_create(user))
    known = analysis.__dict__.setdefault("_allowed", {})
    if user.pk not in known:
        known[user.pk] = {code: permissions.may_edit(user, analysis, code) for code in (None, *codes())}
    return known[user.pk]


def lock(form, model, user, analysis):
    """Lock in a form class, made for this request, the fields of `model` that the person may not change."""
    languages = {field.name: getattr(field, "language", None) for field in model._meta.get_fields()}
    may = allowed(user, analysis)
    form.locked = frozenset(name for name in form.base_fields if name in languages and not may[languages[name]])


class PermittedAdmin:
    """For the admin of analyses: everything asks analyses/permissions.py. Stands before ModelAdmin."""

    def get_queryset(self, request):
        found = super().get_queryset(request)
        if permissions.sees_every_text(request.user):
            return found
        return found.filter(pk__in=permissions.visible_to(request.user).values("pk"))

    def has_view_permission(self, request, obj=None):
        return permissions.sees_some(request.user) if obj is None else permissions.may_see(request.user, obj)

    def has_add_permission(self, request):
        return permissions.may_create(request.user)

    def has_change_permission(self, request, obj=None):
        return permissions.may_edit_some(request.user) if obj is None else any(allowed(request.user, obj).values())

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return permissions.may_delete_some(request.user)
        return permissions.may_delete(request.user, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        lock(form, self.model, request.user, obj)
        return form

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        refused = form.refused()
        for formset in formsets:
            refused += [row.add_prefix(name) for row in formset.forms for name in row.refused()]
        if refused:
            audit.record(request, "save", form.instance, result=audit.REFUSED, fields=refused)
            messages.warning(request, _("What you may not change stayed as it was: %s.") % ", ".join(refused))


class PermittedRows:
    """For inlines of a text: rows come and go with the common fields; a translator writes in what is there."""

    def has_view_permission(self, request, obj=None):
        return permissions.sees_some(request.user)

    def has_add_permission(self, request, obj=None):
        return allowed(request.user, obj)[None]

    def has_change_permission(self, request, obj=None):
        may = allowed(request.user, obj)
        return any(may[code] for code in {getattr(field, "language", None) for field in self.opts.fields})

    def has_delete_permission(self, request, obj=None):
        return allowed(request.user, obj)[None]

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        lock(formset.form, self.model, request.user, obj)
        return formset


class VisibleRawIdWidget(ForeignKeyRawIdWidget):
    """Names only what may be seen: a number that somebody typed tells them no title."""

    visible = None

    def remember(self, texts):
        """Read these at once, so that not each row of a form asks for its own."""
        self.known = {str(text.pk): text for text in texts}

    def label_and_url_for_value(self, value):
        text = getattr(self, "known", {}).get(str(value)) or self._found(value)
        if text is None:
            return "", ""
        return Truncator(text).words(14), reverse("admin:analyses_analysis_change", args=[text.pk])

    def _found(self, value):
        try:
            return self.visible.light().filter(pk=value).first() if self.visible is not None else None
        except (ValueError, OverflowError):
            return None


def choosable(user, analysis=None):
    """The texts that somebody may choose by number: those they see, the public ones, and what their text has already."""
    if permissions.sees_every_text(user):
        return Analysis.objects.all()
    public = Analysis.objects.filter(pk__in=Edition.objects.live().values("analysis"))
    there = Analysis.objects.filter(recommended_by=analysis.pk) if analysis else Analysis.objects.none()
    return Analysis.objects.filter(
        pk__in=permissions.visible_to(user).values("pk").union(public.values("pk"), there.values("pk"))
    )
