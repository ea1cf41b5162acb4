from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalysesConfig(AppConfig):
    name = "analyses"
    verbose_name = _("Texts")

    def ready(self):
        from thinktank import images

        from . import publication, revisions  # noqa: F401, revisions registers the texts with django-reversion

        images.replaced.connect(publication.show_replaced)
