import gc
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Publication")

    def ready(self) -> None:
        import_module("core.checks")
        # What is loaded stays for good: the collector, which `config` keeps off while modules load,
        # need not look through it.
        gc.freeze()
        gc.enable()
