"""Words that are masked, transliterated or split are guessed at, and innocent texts are not."""

from pathlib import Path

import pytest
from pymorphy3 import MorphAnalyzer

from comments.screening.default_lists import DefaultListKind, default_entries
from comments.screening.words import globs
from comments.screening.words.resembling import forms as listed_forms
from comments.screening.words.resembling import masks
from comments.screening.words.wordlist import ListVersion, Match, WordList, compiled

DEFAULT_LISTS = [
    compiled(ListVersion.of(default_entries(kind, language)))
    for kind in DefaultListKind
    for language in ("ru", "en")
]
PASSPORT = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфцыэ", "abvgdeeziyklmnoprstufcye", strict=True))
    | {
        "ж": "zh",
        "х": "h",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
    }
)
INSULTS = compiled(ListVersion.of(["хуй", "дурак", "сука", "блядь", "жопа", "дура", "shit"]))


def lines(name):
    text = Path("tests/data", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


def guessed(words, text):
    return [(match.text, match.looks_like) for match in words.resemblances(text)]


def is_noticed(text):
    return any(words.matches(text) or words.resemblances(text) for words in DEFAULT_LISTS)


def test_disguised_words_are_noticed():
    texts = lines("disguised_words.txt")
    assert len(texts) > 340
    assert [text for text in texts if not is_noticed(text)] == []


def test_ordinary_texts_are_left_alone():
    texts = lines("ordinary_texts.txt")
    assert len(texts) > 500
    assert [text for text in texts if is_noticed(text)] == []


@pytest.mark.parametrize(
    ("text", "looks_like"),
    [
        ("х*й", "хуй"),
        ("х@й", "хуй"),
        ("х…й", "хуй"),
        ("ху*", "хуй"),
        ("ху🍆й", "хуй"),
        ("х👨‍👩‍👧й", "хуй"),
        ("бл@дь", "блядь"),
        ("б***ь", "блядь"),
        ("д*раками", "дураками"),
        ("ду_рак", "дурак"),
        ("ду рак", "дурак"),
        ("ду  ра к", "дурак"),
        ("ху й", "хуй"),
        ("ху\nй", "хуй"),
        ("х7й", "хуй"),
        ("#лядь", "блядь"),
        ("с-ука", "сука"),
        ("с ука", "сука"),
        ("дуурак", "дурак"),
        ("ссукка", "сука"),
        ("duurak", "дурак"),
        ("hui", "хуй"),
        ("Blyad", "блядь"),
        ("BLJAD'", "блядь"),
        ("suka", "сука"),
        ("jopa", "жопа"),
        ("durakami", "дураками"),
        ("sh*t", "shit"),
    ],
)
def test_a_guess_names_the_form_that_the_word_looks_like(text, looks_like):
    assert INSULTS.matches(text) == ()
    assert looks_like in {match.looks_like for match in INSULTS.resemblances(f"ну {text}, да")}


@pytest.mark.parametrize(
    "text",
    [
        *["2*3", "2x*y", "C*", "*дар*", "**дар**", "агент*", "д-р", "г-н", "т.д.", "ж/д", "кто-то"],
        *["до род", "у рак", "ду\nрак", "ду, рак", "Ху Й", "рак ду"],
        *["хуторр", "Дуррак Петров", "по жопке", "у рака", "ско рост ь", "автор-дурак-то", "х7йня"],
        *["durak.txt", "dura_1.png", "du***@example.com", "dura lex", "Durakov", "sebya"],
        *["durak@example.com", "https://example.com/durak", "durak.example.com"],
        *["The Hui people", "Nguyen Van Huy", "this hut", "С***а Анна", "Иванов С***а"],
        *["дурак", "shit", "", "***", "🍆🍆", "а*", "*а"],
    ],
)
def test_what_has_another_meaning_is_no_guess(text):
    assert guessed(INSULTS, text) == []


def test_a_guess_says_where_in_the_text_as_typed():
    text = "Ты\u200b и\u0301 есть д*\u00adрак, 🙂 suka!"

    assert INSULTS.resemblances(text) == (
        Match("дурак", text.index("д*"), text.index(","), "д*\u00adрак", "дурак"),
        Match("сука", text.index("suka"), text.index("!"), "suka", "сука"),
    )


@pytest.mark.parametrize(
    ("entry", "text", "looks_like"),
    [
        ("хуй*", "х*йня", "хуйня"),
        ("хуй*", "х7йня", "хуйня"),
        ("хуй*", "🍆уйня", "хуйня"),
        ("хуй*", "ху-йня", "хуйня"),
        ("хуй*", "ху йня", "хуйня"),
        ("хуй*", "ххуйня", "хуйня"),
        ("хуй*", "huynya", "хуйня"),
        ("хуй*", "ху*", "хуй"),
        ("*бля*", "бл*", "бля"),
        ("*бля*", "об*яка", "обляка"),
        ("*пизд*", "рас пи здяй", "пиздяй"),
        ("=сука", "сук*", "сука"),
        ("про*жа", "пр*ропажа", "проропажа"),
        ("du*", "d*ngeon", "dungeon"),
        ("fuck*", "f*cking", "fucking"),
    ],
)
def test_an_entry_is_guessed_at_by_the_letters_that_it_names(entry, text, looks_like):
    words = WordList(ListVersion.of([entry]))

    assert words.matches(text) == ()
    assert looks_like in [form for _text, form in guessed(words, text)]


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        *[("хуй*", text) for text in ["ху*ожник", "х*йло", "Huygens", "huyen", "х**", "ху дой"]],
        *[("*бля*", text) for text in ["са*ля", "к*рабля", "б*я", "об ложка", "на б*яху-муху"]],
        *[("du*", text) for text in ["d*ck", "d*", "d**", "du mb", "ddu", "bbc"]],
        *[("съеб*", "sebya"), ("поеб*", "по-белорусски"), ("*пизд*", "авторско-издательский")],
        *[("реклама казино", "к*зино"), ("c++", "c*+"), ("при*", "п*вет")],
    ],
)
def test_an_entry_with_a_wildcard_is_not_guessed_at_in_other_words(entry, text):
    assert guessed(WordList(ListVersion.of([entry])), text) == []


@pytest.mark.parametrize(
    "text",
    [
        *["s u k a", "s.u.k.a", "s-u-k-a", "s. u. k. a", "s  u  k  a", "ты s u k a", "a s u k a"],
        *["m u d a k", "m.u.d.a.k", "M-U-D-A-K", "d u r a k", "b l y a d", "b l j a d", "h u y"],
        *["x u y", "h-u-i", "p i d o r", "p.i.z.d.a", "z a l u p a", "s v o l o 4"],
        *["др0ч", "г0нд", "др0чат", "дp0ч", "шл9х", "мр4з", "идi0т", "г4нд"],
        *["дурa4ок", "дуpa4ок", "дурa4ка", "дур04ка", "дyрa4ки", "дурaчок", "cу4ка", "урoдик"],
        *["дeбильчик", "идиoтик", "дyрочка", "дуpачище"],
        *["p!dor", "p!zda", "b!yad", "p!zdec", "p!dar", "p!dora", "ty p!dor", "mud@k", "p1dor"],
        *["p|dor", "z@lupa", "su$ka"],
        *["xy*", "h*y", "bl*at", "hu*", "xy***", "h**y", "h#y", "b*yat", "na h*y", "bl*", "blj*d"],
        *["zh*pa", "z*opa", "s*luha"],
        *["x*y", "X*Y", "xu*", "m!dak", "m?dak", "m7dak", "mu-dak", "*udak", "$uka", "su4k@"],
        *["mud@4ok", "1d10t", "g0vn0", "sk0tin@", "муд0", "сук.и", "сук-и", "х.у-й", "х_у й"],
        *["s.u-k a", "s/u/k/a", "m_u d-a k", "d*u*r*a*k", "иди на x*y", "poshel na x*y"],
        *["ty du rak", "muda k", "blya d", "pi zda", "go vno", "pri durok", "sk otina"],
        *["Да x*y с ними", "Вот тебе x*y!", "ну и h*y с ним", "f*ck you all"],
    ],
)
def test_words_disguised_in_another_alphabet_are_noticed(text):
    assert is_noticed(text)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "S = x*y",
            "2xy*z",
            "a*b*c",
            "a b c d",
            "U S S R",
            "h e l l o",
            "a. b. c.",
            "d u r",
            "D-U-R",
        ],
        *["s, u, k, a", "s u\nk a", "x y z", "1 2 3 4", "м3 в м4", "к0рень", "к0рабль", "дo4ка"],
        *["cучья лап4", "тoчка", "3D-принтер", "кВт4ч", "h!de", "w@s"],
        *["дaча", "дуpшлаг", "c@t", "f*n", "wh*t", "th*s", "гoра", "пoлчок", "p!zza"],
    ],
)
def test_other_letters_and_signs_that_disguise_no_insult_are_left_alone(text):
    assert [match for words in DEFAULT_LISTS for match in words.resemblances(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        *["f(x*y)", "S=x*y", "S = x*y", "x*y + z", "x*y=12", "(x*y)^2", "2x*y", "x*y'", "`x*y`"],
        *["print(x*y)", "return x*y;", "x*y и y*x", "где x*y, а x = 3", "x*y mod n", "x*e^y"],
        *["площадь равна x*y", "Функция x*y", "Найдите произведение x*y", "Ответ: x*y", "h*y/2"],
        *["m*g*h*y", "х1*х2", "х*у = 6", "regex hu*", "xy* и yx*", "x*u*y = 1"],
    ],
)
def test_a_product_of_variables_is_no_masked_word(text):
    assert not is_noticed(text)


@pytest.mark.parametrize(
    "text",
    [
        *["h*y, how are you?", "oh h*y there", "I want to hu* you", "type bl* and press Enter"],
        *["za lupoj", "za lupa", "su ka", "Mu Dak", "hu is", "go nda", "du bist"],
        *["ls hu*", "cp bl* backup", "Ich bin h*y", "the x*y is fine"],
    ],
)
def test_a_masked_word_of_another_language_is_no_russian_one(text):
    assert not is_noticed(text)


@pytest.mark.parametrize(
    ("text", "noticed"),
    [
        ("Сук* — боковой побег растения", False),
        ("Сук* у дерева\n* боковой побег", False),
        ("Сук* — ты и есть", True),
        ("Ну ты и сук*", True),
        ("Сук*", True),
    ],
)
def test_a_star_after_a_word_may_refer_to_a_footnote(text, noticed):
    assert is_noticed(text) == noticed


@pytest.mark.parametrize(
    ("text", "noticed"),
    [
        *[(text, False) for text in ["суч0к", "сучok", "п0езд", "П0-другому", "эпиз0д", "д0ра"]],
        *[(text, False) for text in ["nas4yot", "s4yot", "dyro4ka", "jo-jo", "фл0ппи-диск"]],
        *[(text, True) for text in ["дур0чка", "дурач0к", "ж0па", "г0вно", "шл9х", "х2й", "с2ка"]],
    ],
)
def test_a_digit_in_an_ordinary_word_disguises_nothing(text, noticed):
    assert is_noticed(text) == noticed


@pytest.mark.parametrize(
    ("text", "noticed"),
    [
        *[(text, False) for text in ["С С С Р", "С С С Р и С Ш А", "К П С С и С С С Р"]],
        *[
            (text, True)
            for text in ["д у р р р а к", "я д у р р р а к", "с с с у к а", "с р и и и"]
        ],
    ],
)
def test_a_spelled_out_abbreviation_has_no_stretched_letters(text, noticed):
    assert is_noticed(text) == noticed


@pytest.mark.parametrize(
    "text",
    [
        *["Лохов", "Иван Лохов", "Лохов Иван", "Лохов И. И.", "И. И. Лохов", "И.Лохов"],
        *["тренер Лохов сказал", "Лохов забил гол", "Лохов не забил", "Лохов, Петров и Сидоров"],
        *["Иванов и Лохов", "Андрей Жидов"],
    ],
)
def test_surname_that_is_spelled_like_an_insult_is_left_alone(text):
    assert not is_noticed(text)


@pytest.mark.parametrize(
    "text",
    [
        *["лохов", "ЛОХОВ", "Лохов развели", "Хватит разводить Лохов!", "Лохов тут много"],
        *["не люблю Жидов", "Лохов убил бы", "Иван Лох", "Лохи Иван и Пётр", "иван лохов"],
    ],
)
def test_insult_that_is_spelled_like_a_surname_is_noticed(text):
    assert is_noticed(text)


def test_a_list_may_have_the_surname_itself():
    words = WordList(ListVersion.of(["козлов", "баран"]))

    assert [match.text for match in words.matches("Козлов Иван, Иван Баранов")] == ["Козлов"]


@pytest.mark.parametrize(
    "text",
    [
        *["Дура лекс", "дура лекс сед лекс", "«дура лекс, сед лекс»", "дура-лекс", "дура матер"],
        *["дура мадре", "Дура-Европос", "раскопки Дура-Европоса", "Дура нецесситас"],
        *["Лох-Несс", "озеро Лох Несс", "на берегу Лох-Несса", "Лох Ломонд", "Лох-Фаин"],
        *["Сурб Хач", "Сурб-Хач", "Андре Жид", "роман Андре Жида", "лекция об Андре Жиде"],
    ],
)
def test_insult_inside_a_foreign_phrase_or_name_is_left_alone(text):
    assert not is_noticed(text)


@pytest.mark.parametrize(
    "text",
    [
        "дура",
        "дура, лекс тут ни при чём",
        "лекс дура",
        "дура лексус",
        "лох",
        "лох несся",
        "дура лекс, а ты дура",
    ],
)
def test_insult_outside_a_foreign_phrase_is_noticed(text):
    assert is_noticed(text)


def test_a_list_may_have_the_foreign_phrase_itself():
    words = WordList(ListVersion.of(["дура лекс", "дура"]))

    assert [match.entry for match in words.matches("дура лекс")] == ["дура лекс"]


def test_a_word_that_is_there_openly_is_not_guessed_at_as_well():
    assert INSULTS.matches("дур@к") != ()
    assert guessed(INSULTS, "дур@к") == []


HOSTILE = [
    "х*й ",
    "п***а",
    "д*",
    "*",
    "а*" * 19 + " ",
    "ху й ",
    "ду ",
    "hui ",
    "uiyuiyuiy",
    "huiyhuiyh ",
    "😀д",
    "d*r*k ",
    "-а-",
    "х. ",
    "ббаа ",
    "х\nу\n",
    "хуй*а ",
    "п*з*а*а ",
    "huinaa ",
    "s u k a ",
    "s.u-",
    "s u",
    "др0ч",
    "др0ч ",
    "a4а",
    "p!dor ",
    "p!",
    "x*y* ",
    "дура ле",
    "x*y ",
    "*x*y",
    "xu* ",
    "*udak ",
    "m!dak ",
    "$u!k@",
    "s.u-k a.",
    "a. b-",
    "муд0 ",
    "0",
    "а0",
    "сук.и ",
    "ссср и ",
    "с с с р и ",
    "Лохов ",
    "du rak ",
    "hu ",
    "Сук* — ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_no_faster_than_the_text(piece, monkeypatch):
    """Counts comparisons with listed forms, the work that a hostile text could multiply."""
    work = 0

    def counted(function):
        def count(*args):
            nonlocal work
            work += 1
            return function(*args)

        return count

    monkeypatch.setattr(masks, "_fits", counted(masks._fits))
    monkeypatch.setattr(globs.Glob, "matches", counted(globs.Glob.matches))
    monkeypatch.setattr(listed_forms.Forms, "starting", counted(listed_forms.Forms.starting))
    amounts = []
    for length in (5_000, 10_000):
        words = WordList(ListVersion.of(default_entries(DefaultListKind.BANNED, "ru")))
        work = 0
        words.resemblances((piece * length)[:length])
        amounts.append(work)

    assert amounts[1] <= 2 * amounts[0] + 100
    assert amounts[1] <= 300_000


def names_beginning(letters):
    """Yield the surnames and places of pymorphy3's dictionary, also in Latin letters."""
    dictionary = MorphAnalyzer(lang="ru").dictionary
    for word, (paradigm, form) in dictionary.words.iteritems(letters):
        tag = dictionary.build_tag_info(paradigm, form)
        if form == 0 and {"Surn", "Geox"} & tag.grammemes:
            yield word.capitalize()
            yield word.translate(PASSPORT).capitalize()


def test_surnames_and_places_that_begin_like_an_entry_are_left_alone():
    starts = [
        *[
            "дур",
            "лох",
            "сук",
            "муд",
            "бля",
            "жид",
            "хач",
            "пид",
            "пез",
            "уро",
            "чур",
            "хуб",
            "хус",
        ],
        *["жоп", "пад", "чмо", "гни", "ско", "гон", "ган"],
    ]
    names = {name for letters in starts for name in names_beginning(letters)}
    assert len(names) > 200
    assert {name for name in names if is_noticed(name)} == set()
