import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.domains import correction_of


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


@pytest.mark.parametrize(
    "password", ["korotkij-utrennij-tuman", "спелые лимоны ночью", "Xk7#pq2vLm"]
)
def test_a_good_password_is_taken(password):
    validate_password(password)


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
