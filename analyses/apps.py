from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalysesConfig(AppConfig):
    name = "analyses"
    verbose_name = _("Texts")

    def ready(self):
        from thinktank import images

        from . import (
            publication,
            revisions,  # noqa: F401, registers the texts with django-reversion
            working_search,  # noqa: F401, keeps its index at every save
        )

        images.replaced.connect(publication.show_replaced)
