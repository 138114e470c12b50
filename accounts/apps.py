from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        import_module("accounts.web.signals").connect()
        import_module("accounts.web.passkeys").refuse_malformed_credentials()
        import_module("accounts.actions.own_data").contribute_own_parts()
