from importlib import import_module

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "comments"

    def ready(self) -> None:
        # Models are not loaded before this moment.
        import_module("comments.own_data").contribute_own_part()
        import_module("comments.announcements").contribute_topics()
        import_module("comments.own_notices").contribute_own_part()
        import_module("comments.own_matters").contribute_own_part()
