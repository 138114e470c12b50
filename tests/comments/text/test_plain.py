import pytest

from comments.text.markup import to_html
from comments.text.plain import to_text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("спрашивали **о бюджете** и _о сроках_", "спрашивали о бюджете и о сроках"),
        ("Раз\nДва\n\nТри", "Раз\nДва\nТри"),
        ("> Было так\n\nНет", "> Было так\nНет"),
        ("> a\n> > b", "> a\n> > b"),
        ("- раз\n- два", "— раз\n— два"),
        ("1. раз\n2. два", "1. раз\n2. два"),
        ("[сайт](https://vesti.example/)", "сайт (https://vesti.example/)"),
        ("https://vesti.example/", "https://vesti.example/"),
        ("```\na\n  b\n```", "a\n  b"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("", ""),
    ],
)
def test_plain_text_shows_what_the_page_shows(typed, plain):
    assert to_text(to_html(typed)) == plain


def test_a_list_keeps_its_first_number():
    assert to_text('<ol start="3"><li>три</li><li>четыре</li></ol>') == "3. три\n4. четыре"
