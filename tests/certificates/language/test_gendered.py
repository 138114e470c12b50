import pytest

from certificates.language.gendered import in_gender, patronymic_in
from certificates.language.lexicon import Gender, gender_of_name, gender_of_patronymic

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


@pytest.mark.parametrize(
    ("surname", "given_name", "gender"),
    [
        ("Иванова", "Анна", Gender.FEMALE),
        ("Кузнецов", "Пётр", Gender.MALE),
        ("Шевченко", "Мария", Gender.FEMALE),
        ("Ким", "Алексей", Gender.MALE),
        ("Иванова", "Саша", None),
        ("Кузнецов", "Мишель", None),
        ("Иванов", "Анна", None),
        ("Росси", "Андреа", None),
        ("Smith", "John", None),
        ("", "", None),
    ],
)
def test_gender_without_a_patronymic(surname, given_name, gender):
    assert gender_of_name(surname, given_name) is gender


def test_a_patronymic_of_one_word_tells_the_gender():
    assert gender_of_patronymic("оглы") is Gender.MALE
    assert gender_of_patronymic("Кызы") is Gender.FEMALE
