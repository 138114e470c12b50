"""The start lists find what they are for and nothing in ordinary speech."""

from pathlib import Path

import pytest

from comments.screening.default_lists import DefaultListKind, default_entries
from comments.screening.words.wordlist import ListVersion, compiled
from tests.support.cases import check_each

INNOCENT = Path("tests/data/innocent_words.txt").read_text(encoding="utf-8").split()

SENTENCES = [
    "Застрахуйте корабль, пока рубля не жалко: сабля и гребля тут ни при чём.",
    "Команда одномандатного округа получила мандат и ела мандарины.",
    "Кто-то употребляет хлеб, а кто-то колеблется и хлебает щи.",
    "Я, ты и он — в 3 раза дальше, чем в 1990-м: г. Орёл, ул. Мира, д. 6, кв. 4.",
    "А. С. Пушкин и Н. В. Гоголь; т. е. и т. д., и т. п..",
    "Купил права на экранизацию, справку взял в поликлинике.",
    "Депутат Хохлов возразил художнику Хачатуряну.",
    "Телефон сдох, закрой окно: в доме холодно, как на улице.",
    "Ставки Центробанка выросли, кредит подорожал, доход населения снизился.",
    "The class of 1990 passed the assessment in Scunthorpe, Essex and Middlesex.",
    "I saw a peacock, a raccoon and a spaniel; Dick Hancock had a cocktail.",
    "He got $100 off the title: a hot pot, a top mop and a taxi.",
    "Посмотрите, как растёт сук на дереве и что ест барсук.",
    "Пресс-секретарь МИД РФ: ООО «Ромашка», ИНН 7700000000, тел. +7 495 000-00-00.",
]

FOUND = [
    *[
        (DefaultListKind.BANNED, "ru", text)
        for text in ["Да ты охуел!", "х у й н я", "пиzдец", "н@хуй", "нахуя?"]
    ],
    *[
        (DefaultListKind.BANNED, "ru", text)
        for text in ["ебёт", "заебали", "6лядь", "мудaки", "пидоры", "хўй"]
    ],
    *[
        (DefaultListKind.BANNED, "ru", text)
        for text in ["д.о.л.б.о.ё.б", "распиздяй", "жидам", "гандоны", "бляяя"]
    ],
    *[
        (DefaultListKind.SUSPECT, "ru", text)
        for text in ["дураки", "cyka", "ИДИОТКА", "мразью", "сволочи"]
    ],
    *[
        (DefaultListKind.SUSPECT, "ru", text)
        for text in ["онлайн-казино", "Пассивного дохода!", "1xBet"]
    ],
    *[
        (DefaultListKind.SUSPECT, "ru", text)
        for text in ["куплю диплом", "пишите в личку", "на хохлах? хохлы"]
    ],
    *[
        (DefaultListKind.BANNED, "en", text)
        for text in ["fucking", "F U C K", "sh1t", "motherfuckers", "b!tch"]
    ],
    *[
        (DefaultListKind.SUSPECT, "en", text)
        for text in ["Online CASINO", "idiots", "click   here", "shut up!"]
    ],
]


@pytest.fixture(
    params=[(kind, language) for kind in DefaultListKind for language in ("ru", "en")], ids=str
)
def start_list(request):
    return compiled(ListVersion.of(default_entries(*request.param)))


def test_innocent_words_are_left_alone(start_list):
    assert len(INNOCENT) > 200
    assert [match for word in INNOCENT for match in start_list.matches(word)] == []


def test_innocent_sentences_are_left_alone(start_list):
    def check(sentence):
        assert start_list.matches(sentence) == ()

    check_each(SENTENCES, check)


def test_what_a_list_is_for_is_found():
    def check(case):
        kind, language, text = case
        assert compiled(ListVersion.of(default_entries(kind, language))).matches(text)

    check_each(FOUND, check)
