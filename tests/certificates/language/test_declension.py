import pytest

from certificates.language.declension import dative_name
from certificates.language.lexicon import Gender


@pytest.mark.parametrize(
    ("surname", "given_name", "patronymic", "text"),
    [
        ("Иванова", "Мария", "Петровна", "Ивановой Марии Петровне"),
        ("Иванов", "Пётр", "Ильич", "Иванову Петру Ильичу"),
        ("Шевченко", "Анна", "Ивановна", "Шевченко Анне Ивановне"),
        ("Черных", "Лев", "Кузьмич", "Черных Льву Кузьмичу"),
        ("Ким", "Вера", "Сергеевна", "Ким Вере Сергеевне"),
        ("Ким", "Олег", "Сергеевич", "Киму Олегу Сергеевичу"),
        ("Салтыков-Щедрин", "Илья", "Фомич", "Салтыкову-Щедрину Илье Фомичу"),
        ("Окуджава", "Любовь", "Ильинична", "Окуджаве Любови Ильиничне"),
        ("де Санглен", "Иван", "Львович", "де Санглену Ивану Львовичу"),
        ("Мамедов", "Али", "Гасан оглы", "Мамедову Али Гасан оглы"),
        ("Мамедова", "Лейла", "Мамед кызы", "Мамедовой Лейле Мамед кызы"),
        ("Петрова", "Анна Мария", "Ивановна", "Петровой Анне Марии Ивановне"),
    ],
)
def test_a_patronymic_tells_how_to_decline(surname, given_name, patronymic, text):
    assert dative_name(surname, given_name, patronymic).text == text


def test_gender_is_unknown_without_a_patronymic():
    unclear = dative_name("Черных", "Саша")
    assert (unclear.text, unclear.gender) == (None, None)


def test_given_gender_is_used():
    assert dative_name("Цой", "Саша", gender=Gender.FEMALE).text == "Цой Саше"
    assert dative_name("Цой", "Саша", gender=Gender.MALE).text == "Цою Саше"


def test_foreign_patronymic_does_not_tell_the_gender():
    assert dative_name("Гарсия", "Мария", "Хуан").text is None


def test_latin_names_are_not_declined():
    assert dative_name("Smith", "John").text == "Smith John"
