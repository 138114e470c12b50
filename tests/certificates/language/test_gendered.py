import pytest

from certificates.language.gendered import in_gender, patronymic_in
from certificates.language.lexicon import Gender

CASES = [
    ("опубликовал(а) материал", "опубликовала материал", "опубликовал материал"),
    ("принял (а) участие", "приняла участие", "принял участие"),
    ("занял/а первое место", "заняла первое место", "занял первое место"),
    ("награждён(а)", "награждена", "награждён"),
    ("награжден(а)", "награждена", "награжден"),
    ("удостоен(-а) звания", "удостоена звания", "удостоен звания"),
    ("прошёл(шла) обучение", "прошла обучение", "прошёл обучение"),
    ("прошёл (прошла) обучение", "прошла обучение", "прошёл обучение"),
    ("ознакомился(ась)", "ознакомилась", "ознакомился"),
    ("опубликовал/опубликовала", "опубликовала", "опубликовал"),
    ("занявший(ая)", "занявшая", "занявший"),
    ("обучающийся(аяся)", "обучающаяся", "обучающийся"),
    ("участник(ца)", "участница", "участник"),
    ("победитель(ница)", "победительница", "победитель"),
    ("выступил(а) и опубликовал(а)", "выступила и опубликовала", "выступил и опубликовал"),
    ("стал(а) победителем (лауреатом)", "стала победителем (лауреатом)", None),
    ("окончил(а) школу (лицей) № 5", "окончила школу (лицей) № 5", None),
]


@pytest.mark.parametrize(("text", "of_a_woman", "of_a_man"), CASES)
def test_open_gender_is_chosen(text, of_a_woman, of_a_man):
    assert in_gender(text, Gender.FEMALE) == of_a_woman
    assert in_gender(text, None) == text
    if of_a_man:
        assert in_gender(text, Gender.MALE) == of_a_man


def test_english_is_left_alone():
    text = "has published a material (article) in the online outlet"
    assert in_gender(text, Gender.FEMALE) == text


def test_patronymic_is_the_third_word_of_a_whole_name():
    assert patronymic_in("Орлов Пётр Ильич") == "Ильич"
    assert patronymic_in("Алиев Али Гасан оглы") == "Гасан оглы"
    assert patronymic_in("Абрамович Пётр") == ""
