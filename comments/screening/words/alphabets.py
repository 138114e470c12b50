"""Which letters, digits and signs pass for which letters of another alphabet.

Keys are folded, so capitals that look alike stand here as small letters (η for Η, which looks Н).
"""

from collections.abc import Mapping
from pathlib import Path

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"
STAND_INS = "0123456789@$€"
LOOK_CYRILLIC: Mapping[str, str] = {
    # Latin
    "a": "а", "b": "вьб", "c": "с", "d": "д", "e": "е", "f": "ф", "g": "дг", "h": "нх", "i": "иі",
    "j": "й", "k": "к", "l": "л", "m": "м", "n": "пи", "o": "о", "p": "р", "r": "гр", "s": "с",
    "t": "т", "u": "иу", "v": "в", "w": "шв", "x": "х", "y": "у", "z": "з",
    "ı": "и", "ɑ": "а", "ß": "в", "þ": "р", "ø": "о", "đ": "д", "ł": "л", "ƃ": "б", "ɜ": "з",
    "ɛ": "е", "ʙ": "в", "ᴀ": "а", "ᴄ": "с", "ᴇ": "е", "ʜ": "н", "ᴋ": "к", "ᴍ": "м", "ᴏ": "о",
    "ᴘ": "р", "ᴛ": "т", "ʏ": "у", "ʀ": "я", "ᴙ": "я", "ᴦ": "г", "ᴧ": "л", "ᴨ": "п",
    # Greek
    "α": "а", "β": "в", "γ": "гу", "δ": "д", "ε": "е", "ζ": "з", "η": "нп", "θ": "о", "ι": "и",
    "κ": "к", "λ": "л", "μ": "м", "ν": "в", "ο": "о", "π": "п", "ρ": "р", "σ": "со", "ς": "с",
    "τ": "т", "υ": "у", "φ": "ф", "χ": "х", "ω": "ш",
    # Cyrillic of other languages
    "і": "и", "ї": "и", "є": "еэ", "ґ": "г", "ў": "у", "ѕ": "с", "ј": "й", "ԁ": "д", "һ": "нх",
    "ө": "о", "ә": "ае", "ү": "у", "ұ": "у", "қ": "к", "ҡ": "к", "ғ": "г", "ң": "н", "ҳ": "х",
    "ѣ": "е", "ѳ": "ф", "ԝ": "ш", "ѵ": "в",
    # digits and signs
    "0": "о", "1": "ил", "3": "зеэ", "4": "ча", "5": "с", "6": "б", "7": "т", "8": "в", "9": "дя",
    "@": "а", "$": "с", "€": "е", "!": "и", "|": "ли",
}  # fmt: skip
LOOK_LATIN: Mapping[str, str] = {
    "а": "a", "в": "b", "с": "c", "е": "e", "н": "h", "к": "k", "м": "m", "о": "o", "р": "p",
    "т": "t", "х": "x", "у": "yu", "и": "iu", "ь": "b", "п": "n", "г": "r", "ш": "w", "і": "i",
    "ї": "i", "ў": "y", "ѕ": "s", "ј": "j", "ԁ": "d", "һ": "h", "ԛ": "q", "ԝ": "w", "ү": "y",
    "α": "a", "β": "b", "γ": "y", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "u", "ν": "v",
    "ο": "o", "π": "n", "ρ": "p", "τ": "t", "υ": "u", "χ": "x", "ω": "w",
    "ı": "i", "ɑ": "a", "ɡ": "g", "ɛ": "e", "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e",
    "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p",
    "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ʏ": "y", "ᴢ": "z",
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "bg", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "€": "e", "!": "i", "|": "il",
}  # fmt: skip
# The letters in which a whole word is the same to the eye in both alphabets.
SHARED = "abcehkmoptxyαβεκορτυχ"
# English words that spell a Russian one in those letters: they are what they look like.
ENGLISH_IN_SHARED = frozenset(
    Path(__file__)
    .parent.with_name("data")
    .joinpath("english_in_shared_letters.txt")
    .read_text(encoding="ascii")
    .split()
)
