import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.text.highlights import Span, highlighted
from comments.text.markup import to_html


def marked(text, *words, title="слово"):
    spans = [Span(text.index(word), text.index(word) + len(word), title) for word in words]
    return highlighted(to_html(text), text, spans)


@pytest.mark.parametrize(
    ("text", "word", "parts"),
    [
        ("Ну и дурак ты", "дурак", ["дурак"]),
        ("Ты **дурак**!", "дурак", ["дурак"]),
        ("> цитата\n\nдурак", "дурак", ["дурак"]),
        ("1. раз\n2. дурак", "дурак", ["дурак"]),
        ("- дурак", "дурак", ["дурак"]),
        ("a & b < дурак", "дурак", ["дурак"]),
        ("[слово](https://spam.example/)", "слово", ["слово"]),
    ],
)
def test_found_words_are_marked_where_people_read_them(text, word, parts):
    html = marked(text, word)
    assert re.findall(r'<mark title="слово">(.*?)</mark>', html) == parts
    assert re.sub("</?mark[^>]*>", "", html) == to_html(text)


def test_two_findings_at_one_place_are_both_named():
    text = "дурак"
    html = highlighted(to_html(text), text, [Span(0, 5, "раз"), Span(0, 5, "два")])
    assert html == '<p><mark title="раз; два">дурак</mark></p>'


def test_title_cannot_end_its_attribute():
    html = marked("дурак", "дурак", title='"><script>')
    assert "<script>" not in html


@given(st.text(alphabet="абв *_`~>-1.\n<&[](/:)", max_size=60), st.data())
def test_marks_change_nothing_but_marks(text, data):
    start = data.draw(st.integers(0, max(len(text), 1)))
    html = highlighted(to_html(text), text, [Span(start, start + 5, "слово")])
    assert re.sub("</?mark[^>]*>", "", html) == to_html(text)
    assert html.count("<mark") == html.count("</mark>")
