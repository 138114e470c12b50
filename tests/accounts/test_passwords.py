import pytest
from argon2 import Type
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from accounts.actions import register_person
from accounts.domains import correction_of
from config import settings as production

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "password",
    [
        *("password1", "qwerty123", "йцукенгшщз", "gfhjkm2024", "пароль2024", "Наташа1990!"),
        *("yfnfif1990", "люблютебя", "k.,k.nt,z", "1q2w3e4r", "абвабвабв", "11111111", "abcabcabc"),
    ],
)
def test_a_password_of_the_lists_is_refused_with_the_reason(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "password_too_common" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize("password", ["14021987", "14.02.1987", "1987-02-14", "02141987"])
def test_a_date_is_refused(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "password_too_common" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize(
    "password",
    [
        *(
            "otklik2026",
            "Отклик-2026",
            "jnrkbr2026!",
            "administrator",
            "АдминВести1",
            "vesti.ru2026",
        ),
        *("ВестиРедактор", "dtcnb2026", "vesti-vesti!"),
    ],
)
def test_a_password_of_names_known_here_is_refused_with_the_reason(site, password):
    site.name_ru, site.origins = "Вести", ["https://vesti.ru"]
    site.save()
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "password_of_context" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize(
    "password",
    [
        *("korotkij-utrennij-tuman", "спелые лимоны ночью", "Xk7#pq2vLm", "moi veselyje vesti"),
        # Of any kind of characters alone, and long.
        *("739184620517", "zhurkalvod", "ЖУРКАЛВОД", "!?=%&/()#+", "    a  b c  d   "),
        *("длинный " * 8 + "пароль", "x1" * 3 + "журкалвод" * 20, "🙂🐈🍋🌧️🚲🎻🌵"),
    ],
)
def test_a_good_password_is_taken(site, password):
    validate_password(password)


def test_a_password_counts_exactly_as_it_was_typed(site, client):
    typed = "  Журкалвод и " + "очень " * 20 + "длинно  "
    register_person(email="a@example.org", password=typed, display_name="Анна")
    for wrong in (typed.strip(), typed.lower(), typed[:72], typed[:64]):
        client.post("/accounts/login/", {"login": "a@example.org", "password": wrong})
        assert client.get("/api/v1/access/").status_code == 401
    client.post("/accounts/login/", {"login": "a@example.org", "password": typed})
    assert client.get("/api/v1/access/").status_code == 204


def test_passwords_have_at_least_eight_characters(site):
    validate_password("zhurkalv")
    with pytest.raises(ValidationError) as refused:
        validate_password("zhurkal")
    assert "password_too_short" in {error.code for error in refused.value.error_list}


def test_passwords_are_stored_by_argon2():
    # The tests themselves use a quicker hash.
    hasher = import_string(production.PASSWORD_HASHERS[0])()
    assert isinstance(hasher, Argon2PasswordHasher)
    parameters = hasher.params()
    assert parameters.type == Type.ID
    # OWASP ASVS 5.0.0, appendix C.
    assert parameters.time_cost >= 2
    assert parameters.memory_cost >= 19_456


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("anna@gmial.com", "anna@gmail.com"),
        ("anna@yandx.ru", "anna@yandex.ru"),
        ("anna@mail.tu", "anna@mail.ru"),
        ("anna@bk.tu", "anna@bk.ru"),
        ("фттф@ьфшд.кг", "anna@mail.ru"),
        ("фттф@ьфшдюкг", "anna@mail.ru"),
        ("anna@mail.ru", None),
        ("anna@rt.ru", None),
        ("anna@permenergo.ru", None),
        ("anna@почта.рф", None),
        ("anna", None),
        ("@", None),
    ],
)
def test_a_slip_in_the_domain_is_seen(typed, meant):
    assert correction_of(typed) == meant
