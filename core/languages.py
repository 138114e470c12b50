from django.utils.translation import get_language


class Localized:
    """Reads `<name>_ru` or `<name>_en` of its model, by the language of the page.

    Everything is written in Russian first, so an empty English text falls back to it.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object | None, owner: type) -> str:
        if instance is None:
            return self.name
        return in_language(instance, self.name, get_language() or "ru")


def in_language(instance: object, name: str, language: str) -> str:
    """`instance.<name>` in `language` ("ru", "en", "en-gb"), or in Russian where that is empty."""
    russian = str(instance.__dict__[f"{name}_ru"])
    if language.partition("-")[0] == "en":
        return str(instance.__dict__[f"{name}_en"]) or russian
    return russian
