from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import translation

from demo import publication
from demo.articles import ARTICLES
from demo.people import PASSWORD, PEOPLE


class Command(BaseCommand):
    help = "Set up the demo publication. Repeating it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        publication.load()
        with translation.override("ru"):
            self.stdout.write(_guide())


def _guide() -> str:
    addresses = [
        ("Публикация", reverse("demo:home")),
        ("Статья с комментариями", reverse("demo:article", args=[ARTICLES[0].slug])),
        ("Свидетельства", reverse("certificates:programmes")),
        ("Стол редактора", reverse("comments:desk")),
        ("Письма", reverse("demo:mailbox")),
        ("Описание API", reverse("api-docs")),
    ]
    lines = [f"  {name:24}{settings.BASE_URL}{path}" for name, path in addresses]
    people = [f"  {person.description!s:24}{person.email}" for person in PEOPLE]
    return "\n".join([*lines, "", f"Войти (пароль у всех {PASSWORD}):", *people])
