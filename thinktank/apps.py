from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ThinktankConfig(AppConfig):
    name = "thinktank"
    verbose_name = _("Site")

    def ready(self):
        from . import accounts, checks  # noqa: F401, registers them
        from .roles import make_groups

        accounts.connect()
        post_migrate.connect(make_groups, sender=self)
