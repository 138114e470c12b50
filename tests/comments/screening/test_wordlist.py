"""Matches and non-matches of an entry for each way to disguise a word."""

import pytest

from comments.screening.words.entries import BrokenEntry
from comments.screening.words.wordlist import ListVersion, Match, WordList, compiled
from tests.support.cases import check_each

OBSCENE = ["хуй", "бля", "жопа"]

MATCHING = {
    ("врать",): ["врёшь", "врет", "врали", "вравший"],
    ("тупой",): ["тупее", "тупейший", "потупее", "тупо", "ТУПЫХ"],
    ("человек",): ["люди", "людей"],
    ("суки",): ["сука", "суками"],
    ("козлы",): ["козёл", "козла", "козлы"],
    ("спившийся",): ["спившегося", "спившимися"],
    ("заебать",): ["заебёшь", "заебут", "заебал"],
    ("уебок",): ["уёбка", "уебками"],
    ("ещё",): ["еще", "ещё", "еще\u0308", "ЕЩЁ", "ещë", "eщё", "е щ ё"],
    ("осёл",): ["осел", "ослы"],
    ("дурак", "рекламный щит"): [
        *["Ты дурак? Да.", "«дурак»", "дурак-то", "дурак/подлец", "_дурак_", "@дурак", "#дурак"],
        *["ДУРАК", "дураками", "дуракам!", "дурак™", "дурак1", "2дурака", "дурак🙂"],
        *["дуpак", "дyрaк", "дуrак", "ДУPAK", "δурак", "дураκ", "𝐝урак", "🄳урак", "дýрак"],
        *["дур4к", "дур@к", "дурааак", "ДУУУРАААК", "дура" + "а" * 200 + "к"],
        *["д\u200bурак", "ду\u00adрак", "дурак\u2060", "\u202eдурак", "дур\u034fак", "дура\ufe0fк"],
        *["ду\u0301рак", "дура\u0301к", "д\u0336у\u0336р\u0336а\u0336к\u0336"],
        *["д у р а к", "д.у.р.а.к", "д-у-р-а-к", "д_у_р_а_к", "д*у*р*а*к", "д, у, р, а, к"],
        *["д  у  р  а  к", "д\nу\nр\nа\nк", "д😀у😀р😀а😀к", "д!у!р!а!к", "д у р а а а к"],
        *["я д у р а к", "ты д.у.р.а.к!", "т ы д у р а к", "д у р 4 к", "д y р a к"],
        *["рекламные щиты", "рекламного, щита", "рекламный\nщит", "рекламный 3 щит"],
        *["р е к л а м н ы й щит", "рeкламный щ1т", "рекламный!щит"],
    ],
    ("мошенник",): ["мммооошшшеееннннииикккааа", "мошеннники", "м о ш е н н и к а м и"],
    ("реклам* казин*",): ["рекламное казино", "реклама — казинишко"],
    tuple(OBSCENE): [
        *["xyй", "XYЙ", "хую", "ху\u0438\u0306", "xy\u0438\u0306", "хӱй", "xÿй", "χυй", "хўй"],
        *["6ля", "бляяя", "б л я", "ж0па", "жопе", "ну и ж о п а", "иди на х у й", "х1у1й"],
    ],
    ("сука",): ["cyka", "CYKA", "сук@", "$ука", "c y k a"],
    ("пидор*",): ["п1дорас", "пид0р", "п!дор", "п|дор", "п и д о р"],
    ("=дурак",): ["дурак", "дyрак", "д у р а к", "дурааак"],
    ("дyрак",): ["дурака"],
    ("онлайн-казино",): ["онлайн казино", "Онлайн – казино"],
    ("1xbet", "t.me"): ["1XBET", "1хbet", "1xbet.com", "пишите: t.me/casino"],
    ("shit",): [
        "sh1t",
        "$hit",
        "sh!t",
        "shіt",
        "ѕһіт",
        "𝖘𝖍𝖎𝖙",
        "ｓｈｉｔ",
        "s h i t",
        "S.H.I.T",
        "shıt",
    ],
    ("jalapeño",): ["jalapen\u0303o", "JALAPEÑO"],
    ("18+", "c++", "🖕"): ["только 18+", "C++ плох", "вот вам 🖕🏿"],
    ("p*ch",): ["punch", "that's a p*ch!"],
    ("їжа", "дурнів"): ["Їжа", "і\u0308жа", "дурнiв"],
}

LEFT_ALONE = {
    ("врать",): ["враньё", "соврал", "вред"],
    ("тупой",): ["тупик", "тупость"],
    ("суки",): ["сукно", "барсука", "сучок"],
    ("осёл",): ["пыль осела"],
    ("дурак", "рекламный щит"): [
        *["дурачество", "дурачина", "придурак", "дурацкий", "дуракаваляние", "ду рак", "дур ак"],
        *["я и у", "а б в г д", "дуррак", "рекламныйщит", "щит рекламный", "рекламный новый щит"],
    ],
    tuple(OBSCENE): [
        *["сабля", "корабля", "рубля", "бляшка", "бляха", "употреблять", "оскорбляя", "стеблям"],
        *["подстрахуй", "застрахуйте", "психуйте", "хулиган", "художник", "жопинг"],
        *[
            "са6ля",
            "к0рабля",
            "caбля",
            "kopaбля",
            "с а б л я",
            "и с а б л я",
            "п о д с т р а х у й",
        ],
        *["с.а.б.л.я", "р у б л я", "сааабля"],
    ],
    ("нос",): ["п р и с п о с о б л е н н о с т и", "н 0 с и т ь"],
    ("лох",): ["сполох", "сп0лох", "п л о х о", "пл0хо", "эпоха"],
    ("сука",): ["cykada", "хряк"],
    ("рот", "нос", "вор", "мат"): ["pot", "a POT of tea", "ad hoc", "bop", "mat", "в о р о н а"],
    ("не", "ок"): ["he", "OK"],
    ("=дурак",): ["дурака"],
    ("bad",): ["baddd", "badly", "b4dly", "bád", "abad"],
    ("ass",): ["class", "as", "a, s", "glass", "asset"],
    ("shit",): ["this hit", "ship it", "shitake", "shift"],
    ("jalapeño", "tú"): ["jalapeños", "jalapeno", "tu"],
    ("1km",): ["21km", "1kmh", "1 km"],
    ("18+", "c++"): ["118+", "18", "c", "c+"],
    ("p*ch",): ["that's a p***ch!"],
    ("m e r d a",): ["merda"],
    ("про*жа",): ["про! кожа", "это про!лежание"],
    ("c*",): ["caбля"],
}


def pairs(table):
    return [(entries, text) for entries, texts in table.items() for text in texts]


def test_a_word_is_found_however_it_is_disguised():
    def check(pair):
        entries, text = pair
        assert compiled(ListVersion.of(entries)).matches(text)

    check_each(pairs(MATCHING), check)


def test_another_word_is_left_alone():
    def check(pair):
        entries, text = pair
        assert compiled(ListVersion.of(entries)).matches(text) == ()

    check_each(pairs(LEFT_ALONE), check)


def test_a_match_says_where_in_the_text_as_typed():
    matches = WordList(ListVersion.of(["дурак", "реклама казино"])).matches(
        "Ты\u200b д\u0443\u0301р\u00adaк, и ре\u0301кламы 🙂 КАЗИНО тут нет"
    )

    assert [(match.entry, match.text) for match in matches] == [
        ("дурак", "д\u0443\u0301р\u00adaк"),
        ("реклама казино", "ре\u0301кламы 🙂 КАЗИНО"),
    ]
    assert matches[0] == Match("дурак", 4, 11, "д\u0443\u0301р\u00adaк")


def test_every_occurrence_and_every_entry_is_reported():
    matches = WordList(ListVersion.of(["дурак", "дур*"])).matches("дурак и дураки")

    assert [(match.entry, match.start) for match in matches] == [
        ("дур*", 0),
        ("дурак", 0),
        ("дур*", 8),
        ("дурак", 8),
    ]


@pytest.mark.parametrize("entry", ["", "  ", "*", "=", "**", "реклама *"])
def test_an_entry_with_nothing_to_match_is_refused(entry):
    with pytest.raises(BrokenEntry):
        WordList(ListVersion.of([entry]))


def test_a_version_is_compiled_once():
    first, again = (ListVersion.of(["дурак", "bad"]) for _ in range(2))

    assert compiled(first) is compiled(again)
    assert compiled(ListVersion.of(["дурак"])) is not compiled(first)


def test_what_was_found_harmless_stays_harmless_and_what_was_not_is_found_again():
    word_list = WordList(ListVersion.of(["дурак"]))
    text = "умный, дурак, ymный, дyрак"

    assert word_list.matches(text) == word_list.matches(text) != ()
