"""Convert text typed in the wrong keyboard layout: «ьфшд» is `mail`."""

# The two layouts key by key: ЙЦУКЕН over QWERTY.
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбю.ё"
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)


def as_latin(text: str) -> str:
    return text.lower().translate(_TO_LATIN)


def as_cyrillic(text: str) -> str:
    return text.lower().translate(_TO_CYRILLIC)
