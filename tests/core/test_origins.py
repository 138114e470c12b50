import pytest
from django.core.exceptions import ValidationError

from core.origins import NotAnOrigin, origin_of


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://vesti.example", "https://vesti.example"),
        (" https://Vesti.Example/ ", "https://vesti.example"),
        ("https://vesti.example:443", "https://vesti.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://вести.рф", "https://xn--b1agj9af.xn--p1ai"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(typed, origin):
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "vesti.example",
        "https://",
        "ftp://vesti.example",
        "https://vesti.example/blog",
        "https://vesti.example?x",
        "https://user@vesti.example",
        "https://vesti.example:99999",
        "javascript:alert(1)",
        "*",
    ],
)
def test_what_is_no_origin_is_refused(typed):
    with pytest.raises(NotAnOrigin):
        origin_of(typed)


def test_a_publication_keeps_its_origins_once_and_names_the_wrong_one(site):
    site.origins = ["https://Vesti.example/", "https://vesti.example"]
    site.full_clean()
    assert site.origins == ["https://vesti.example"]
    site.origins.append("https://vesti.example/blog")
    with pytest.raises(ValidationError) as refused:
        site.full_clean()
    assert "https://vesti.example/blog" in refused.value.message_dict["origins"][0]
