"""Transliterate Russian as passports do (ICAO Doc 9303), and guess Russian from Latin letters."""

_DIGRAPHS = {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ь": "",
    "ю": "iu", "я": "ia",
}  # fmt: skip
_LETTERS = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True)) | _DIGRAPHS
_TABLE = str.maketrans(
    _LETTERS | {letter.upper(): latin.capitalize() for letter, latin in _LETTERS.items()}
)
# The longest come first, because «shch» contains «sh» and «ch».
_GUESSES = (
    ("shch", "щ"),
    ("sh", "ш"),
    ("ch", "ч"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("yu", "ю"),
    ("iu", "ю"),
    ("ya", "я"),
    ("ey", "ей"),
    ("ay", "ай"),
    ("iy", "ий"),
    ("yy", "ый"),
)
_LETTER_GUESSES = str.maketrans("abvgdezijklmnoprstufhcyxw", "абвгдезийклмнопрстуфхсыкв")


def latin(text: str) -> str:
    return text.translate(_TABLE)


def guessed_russian(text: str) -> str:
    """Guess the Russian of «petrov», to look it up in the dictionary and for nothing else."""
    text = text.lower()
    for latin_letters, letter in _GUESSES:
        text = text.replace(latin_letters, letter)
    return text.translate(_LETTER_GUESSES)
