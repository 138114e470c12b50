import pytest
from django.core.exceptions import ValidationError

from core.email_addresses import check, normalise


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Anna@Example.ORG ", "Anna@example.org"),
        ("idn@xn--80a1acny.xn--p1ai", "idn@почта.рф"),
        ("idn@ПОЧТА.рф", "idn@почта.рф"),
        ("idn@почта.рф", "idn@почта.рф"),
        ("anna", "anna"),
        # No address: it is shown again as it was typed.
        ("Anna", "Anna"),
        ("²", "²"),
        ("<script>", "<script>"),
        ("", ""),
        ("anna@-.-", "anna@-.-"),
        # IDNA would make a space and a bracket of these.
        ("¨", "¨"),
        ("anna@example¨.ru", "anna@example¨.ru"),
        ("anna@＜example.ru", "anna@＜example.ru"),
        ("anna@" + "a" * 300 + ".ru", "anna@" + "a" * 300 + ".ru"),
    ],
)
def test_an_address_has_one_spelling(typed, stored):
    assert normalise(typed) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize("address", ["anna@example.org", "idn@почта.рф", "o'neil+1@example.org"])
def test_what_mail_reaches_is_accepted(address):
    check(address)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("иван@почта.рф", "not_latin"),
        ("иван@example.org", "not_latin"),
        ("ivаn@example.org", "not_latin"),
        ("anna@", "invalid"),
        ("anna", "invalid"),
        ("anna@example", "invalid"),
        ("a b@example.org", "invalid"),
    ],
)
def test_what_mail_cannot_reach_is_refused(address, code):
    with pytest.raises(ValidationError) as refused:
        check(address)
    assert refused.value.code == code
