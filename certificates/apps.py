from importlib import import_module

from anymail.signals import tracking
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        # Models are not loaded before this moment.
        import_module("certificates.register.privacy").contribute_own_part()
        import_module("certificates.register.webhook_topics").contribute_topics()
        tracking.connect(import_module("certificates.delivery.bounces").note_bounce)
