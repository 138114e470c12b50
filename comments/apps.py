from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Discussions")

    def ready(self) -> None:
        # Models are not loaded before this moment.
        import_module("comments.privacy.comments").contribute_own_part()
        import_module("comments.webhook_topics").contribute_topics()
        import_module("comments.privacy.notifications").contribute_own_part()
        import_module("comments.privacy.cases").contribute_own_part()
        import_module("comments.discussion.display_names").contribute_check()
