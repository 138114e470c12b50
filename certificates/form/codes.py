"""Codes that programs know questions and programmes by, made from what people call them."""

import re
from collections.abc import Collection
from itertools import count

from certificates.slips.transliteration import latin

_LONGEST = 40
_WORD = re.compile("[a-z0-9]+")


def code_from(text: str, *, taken: Collection[str], joined_by: str, otherwise: str) -> str:
    """Return a code of Latin letters and digits that is not taken; `otherwise` if no word is left.

    «Учёная степень» becomes «uchenaia_stepen», a second one «uchenaia_stepen_2».
    """
    wanted = ""
    for word in _WORD.findall(latin(text).lower()):
        longer = f"{wanted}{joined_by}{word}" if wanted else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        wanted = longer
    wanted = wanted or otherwise
    if wanted not in taken:
        return wanted
    # Room for the number, so that the code is never too long.
    numbered = (f"{wanted[: _LONGEST - 4]}{joined_by}{number}" for number in count(2))
    return next(code for code in numbered if code not in taken)
