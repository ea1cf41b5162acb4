"""What every form and list of the newsroom keeps to: it refuses what no page of it sends, and records what is done."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError

from . import audit

MAX_SEARCH = 200  # characters; every word of a search is looked for in every column


class Strict:
    """For admins: what a page of the newsroom never sends is refused with 400, before the database sees it, and every
    save and deletion is recorded.

    Stands before ModelAdmin among the base classes.
    """

    def lookup_allowed(self, lookup, value, request):
        """Only what the list's own filters ask: another lookup, a regular expression say, may be a fault in SQL."""
        filters = self.get_list_filter(request)
        asked = {f.parameter_name for f in filters if hasattr(f, "parameter_name")}  # filters that are our own
        fields = [f if isinstance(f, str) else f[0] for f in filters if not hasattr(f, "parameter_name")]
        asked |= {f"{field}__{how}" for field in fields for how in ("exact", "id__exact", "isnull")}
        return lookup in asked and super().lookup_allowed(lookup, value, request)

    def response_action(self, request, queryset):
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
        except ValidationError:
            raise BadRequest("A row was chosen that cannot be one.") from None
        return super().response_action(request, queryset)

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term[:MAX_SEARCH])

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field or None)  # Django looks for a field named ""

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Django's answer also for what is there and not for this person: that leads to the desk, and is a refusal."""
        audit.record_refusal(request)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        fields = list(form.changed_data)
        for formset in formsets:
            fields += [f"{formset.prefix}.{name}" for row in formset.forms for name in row.changed_data]
        audit.record(
            request,
            "save",
            form.instance,
            self.one_language(fields),
            fields=list(dict.fromkeys(fields)),
            new=not change,
        )

    def one_language(self, fields):
        """The language in which something was changed, if it is one only."""
        languages = {field.name: getattr(field, "language", "") for field in self.opts.get_fields()}
        changed = {languages.get(name, "") for name in fields}
        return changed.pop() if len(changed) == 1 else ""

    def log_deletions(self, request, queryset):
        for thing in queryset:
            audit.record(request, "delete", thing)
        return super().log_deletions(request, queryset)
