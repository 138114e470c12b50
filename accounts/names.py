"""When two display names look the same to a person."""

import unicodedata

# Letters that a reader cannot tell apart, folded to one of them. The Cyrillic and Latin pairs are
# those that Unicode's confusables data (UTS #39) lists for the letters in use here.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁһкмтвнзԛԝ013", "aeopcyxijsdhkmtbh3qwoi3")


def skeleton(name: str) -> str:
    """What is left of a name without case, accents, spaces, signs and the choice of look-alike."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char for char in folded if char.isalnum())
    return letters.translate(_LOOK_ALIKES)
