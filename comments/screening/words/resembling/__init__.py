"""Words that are masked, in Latin letters, split or doubled: «х*й», «durak», «ду рак», «дуурак».

Such a reading is a guess, so it never rejects a text: an editor reads it. `Resembling.readings`
returns the guesses, each with the listed form that the text looks like.
"""

from comments.screening.words.resembling.common import is_obscene
from comments.screening.words.resembling.reading import Reading
from comments.screening.words.resembling.resembling import Resembling

__all__ = ["Reading", "Resembling", "is_obscene"]
