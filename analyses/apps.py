from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalysesConfig(AppConfig):
    name = "analyses"
    verbose_name = _("Texts")

    def ready(self):
        from . import revisions  # noqa: F401, registers the texts with django-reversion
