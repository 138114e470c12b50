import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.screening.hyperlinks import in_dns, links_in


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("см. https://Example.com/a?b=1.", "example.com"),
        ("www.test.org", "test.org"),
        ("пишите в t.me/casino!", "t.me"),
        ("сайт кремль.рф", "xn--e1ajeds9e.xn--p1ai"),
        ("КРЕМЛЬ.РФ", "xn--e1ajeds9e.xn--p1ai"),
        ("xn--e1ajeds9e.xn--p1ai", "xn--e1ajeds9e.xn--p1ai"),
        ("hxxp://evil.com", "evil.com"),
        ("evil[.]ru", "evil.ru"),
        ("casino (dot) com", "casino.com"),
        ("http://192.168.0.1:8000/x", "192.168.0.1"),
        ("http://user:pass@evil.ru/", "evil.ru"),
        ("ｅｖｉｌ.com", "evil.com"),
        ("ev\u200bil.com", "evil.com"),
    ],
)
def test_links_are_found_in_every_notation(text, domain):
    assert [link.domain for link in links_in(text)] == [domain]


@pytest.mark.parametrize(
    "text",
    [
        "Пошёл домой.Но вернулся",
        "Это конец.Рус вернулся",
        "и т.д. и т.п.",
        "file.txt и node.js",
        "ivan@mail.ru, ivan.pro@mail.ru",
        "10.12.2024, 3.14, ст.5",
    ],
)
def test_what_only_looks_like_a_link_is_none(text):
    assert list(links_in(text)) == []


def test_subdomains_belong_to_an_allowed_domain_and_lookalikes_do_not():
    inside, outside = links_in("https://news.школа.рф/1 https://школа.рф.evil.com/")

    assert inside.is_within(frozenset({"Школа.РФ"}))
    assert not outside.is_within(frozenset({"Школа.РФ"}))


@given(st.text(alphabet="ab.рф:/@ htps\u200b[]()точка", max_size=60))
def test_a_link_is_a_slice_of_the_text(text):
    for link in links_in(text):
        assert text[link.start : link.end] == link.text != ""
        assert in_dns(link.domain) == link.domain
