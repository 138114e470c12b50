from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        import_module("accounts.web.signals").connect()
        import_module("accounts.actions.own_data").contribute_own_parts()
