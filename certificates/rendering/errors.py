from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnprintableText(DomainError):
    """The fonts lack `characters`, or these are control characters, such as those of direction."""

    code = "unprintable_text"
    status = 422
    title = _("Some characters cannot be printed on the document")

    def __init__(self, characters: str) -> None:
        named = ", ".join(_named(character) for character in characters)
        super().__init__(
            # Formatted when it is shown: a table is checked in one language and read in another.
            format_lazy(
                _("These characters cannot be printed on the document: {characters}."),
                characters=named,
            ),
            extra={"characters": [f"U+{ord(character):04X}" for character in characters]},
        )
        self.characters = characters


class DoesNotFit(DomainError):
    """`field` is "holder", "title", the kind of a line, or another name that the template uses."""

    code = "does_not_fit"
    status = 422
    title = _("The text is too long for its place on the document")

    def __init__(self, field: str) -> None:
        super().__init__(extra={"field": field})
        self.field = field


class TooDemanding(DomainError):
    """The design needs more time or memory for these data than it may, or crashes the compiler."""

    code = "template_too_demanding"
    status = 503
    title = _("The template of this document is too complex")

    def __init__(self) -> None:
        super().__init__(_("Please tell the publication: its template has to be made simpler."))


class ForeignCode(DomainError):
    """The source uses `word`, which could reach outside the template, on `line`."""

    code = "foreign_code"
    status = 422
    title = _("A template can use only the library and its own images")

    def __init__(self, word: str, *, line: int) -> None:
        super().__init__(
            _(
                "Line %(line)d: “%(word)s” is not allowed in a template. Import parts only with"
                ' #import "/lib/1/…".'
            )
            % {"line": line, "word": word},
            extra={"line": line},
        )
        self.word, self.line = word, line


def _named(character: str) -> str:
    code = f"U+{ord(character):04X}"
    return f"«{character}» ({code})" if character.isprintable() else code
