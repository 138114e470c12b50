"""Read what people type or paste into the fields of sign-in."""

import unicodedata


def read_code(typed: str) -> str:
    """Return a code without spaces and invisible characters.

    Mail programs put a no-break space or a zero-width one between the digits of a copied code.
    """
    return "".join(
        char for char in typed if not char.isspace() and unicodedata.category(char) != "Cf"
    )
