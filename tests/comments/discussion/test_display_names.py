"""Display names stand under every comment, so they pass the word lists."""

import pytest

from accounts.actions import check_name, register_person, rename
from accounts.models import User
from comments.actions import publish_word_list
from comments.house_rules.word_lists import install_default_word_lists
from comments.models import WordListVersion
from core.errors import InvalidInput
from tests.support.people import PASSWORD

SENTENCE = "В этом имени есть слово, недопустимое на нашем сайте. Выберите другое имя."
OBSCENE = ["Хуй Моржовый", "Х*й Моржовый", "Xyй Моржовый", "Моржовый х у й", "huy morzhovyj"]
INNOCENT = [
    *("Хусаинов Рустам", "Мандельштам", "Лохов Пётр", "Хуснуллина Гузель", "Бляхер Леонид"),
    *("Сукачёв Гарик", "Сучков Борис", "Херсонский Борис", "Блюхер", "Ебелинг Отто"),
    *("Оскорбин Сергей", "Дураков Иван", "Психов Андрей", "Жопин Егор", "Гандлевский Сергей"),
    *("Команда «Рубеж»", "Анна К.", "Shitikov Oleg", "Cummings E. E.", "Dickens", "Assange"),
]


@pytest.fixture
def listed(site):
    install_default_word_lists(site=site)


@pytest.mark.parametrize("name", OBSCENE)
def test_obscene_name_is_refused_at_registration_and_renaming(listed, reader, name):
    with pytest.raises(InvalidInput) as refused:
        register_person(email="b@example.org", password=PASSWORD, display_name=name)
    assert "display_name" in refused.value.fields
    with pytest.raises(InvalidInput):
        rename(user=reader, name=name)
    reader.refresh_from_db()
    assert reader.display_name == "Анна К."


@pytest.mark.parametrize("name", INNOCENT)
def test_ordinary_name_is_taken(listed, name):
    check_name(name)


def test_sign_up_page_says_what_to_do(listed, client):
    data = {"email": "b@example.org", "password1": PASSWORD, "display_name": "Хуй Моржовый"}
    assert SENTENCE in client.post("/accounts/signup/", data).content.decode()
    answer = client.post(
        "/_allauth/browser/v1/auth/signup",
        {"email": "b@example.org", "password": PASSWORD, "display_name": "Хуй Моржовый"},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (400, SENTENCE)
    assert not User.objects.filter(email="b@example.org").exists()


def test_word_that_a_publication_adds_counts_from_then_on(listed, site, reader):
    register_person(email="b@example.org", password=PASSWORD, display_name="Кракозябра")
    publish_word_list(
        site=site,
        name="own",
        kind=WordListVersion.Kind.BANNED,
        entries=["кракозябра"],
        actor=None,
    )
    with pytest.raises(InvalidInput):
        rename(user=reader, name="Кракозябры")
    # A name from before stays, also through its owner's next sign-in.
    assert User.objects.get(email="b@example.org").display_name == "Кракозябра"


def test_word_that_editors_only_look_at_may_be_a_name(listed, site):
    entries = WordListVersion.objects.versions(site, "suspect-ru").first().entries
    word = next(entry for entry in entries if entry.isalpha())
    check_name(word)
