"""Text stays as typed: markup only where nothing else can be meant."""

import re
from html.parser import HTMLParser
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.text.markup import _TAGS, parse, to_html

LINK = '<a href="https://a.ru" rel="ugc nofollow noopener">https://a.ru</a>'
RU = "https://ru.wikipedia.org/wiki/%D0%AE%D0%BB%D0%B0"


def p(text):
    return f"<p>{text}</p>"


class _Seen(HTMLParser):
    """Collects the text that a browser shows, with the numbers of the items of lists."""

    def __init__(self):
        super().__init__()
        self.text = ""
        self.lists = []

    def handle_starttag(self, tag, attrs):
        if tag in {"ol", "ul"}:
            start = int(dict(attrs).get("start", 1))
            self.lists.append(count(start) if tag == "ol" else None)
        elif tag == "li" and self.lists[-1]:
            self.text += f"{next(self.lists[-1])} "

    def handle_endtag(self, tag):
        if tag in {"ol", "ul"}:
            self.lists.pop()

    def handle_data(self, data):
        self.text += data


def seen(text):
    parser = _Seen()
    parser.feed(to_html(text))
    return parser.text


def test_links_are_marked_and_nothing_dangerous_passes():
    html = to_html("**да** https://a.ru [нет](javascript:alert(1)) <img src=x onerror=alert(1)>")
    assert '<a href="https://a.ru" rel="ugc nofollow noopener">' in html
    assert "<strong>да</strong>" in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@given(st.text(alphabet=st.sampled_from('<>"&*_`[]()!\n #-x:/javscript'), max_size=80))
def test_no_text_makes_a_tag_that_is_not_allowed(text):
    html = to_html(text)
    for tag in html.split("<")[1:]:
        name = tag.removeprefix("/").split(">")[0].split(" ")[0]
        assert name in _TAGS


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4=24, а 5*6*7=210",
        "5*3 и 7*2",
        "2*a + 3*b",
        "(a+b)*(c+d)*(e+f)",
        "10~~20 и 30~~40",
        "отель 5* или 4*",
        "х**ня и п**ец",
        "¯\\_(ツ)_/¯",
        "¯_(ツ)_/¯",
        "*_* и (*_*)",
        "-_- да -_-",
        "@_@ да @_@",
        "^_^ да ^_^",
        "._. да ._.",
        "/*код*/ и /*код*/",
        "x=*a, y=*b",
        "C:\\_x\\y",
        "- 7 градусов",
        "- 7 утром\n- 5 днём",
        "+ 7",
        "+ за автора",
        "* * *",
        "- - -",
        "***",
        "-",
        "1986. Хороший был год.",
        "007. Бонд",
        "10. 11. 2024",
        "5.",
        "~~~ примерно",
        "конец строки \\\nи другая",
    ],
)
def test_signs_stay_as_typed(text):
    assert to_html(text) == p(text.replace("\n", "<br>\n"))


@pytest.mark.parametrize(
    "text", ["> 50 процентов", ">_<", ">_< ¯\\_(ツ)_/¯", ">:(", ">.<", ">= 5", ">"]
)
def test_more_than_is_no_quotation(text):
    assert to_html(text) == p(text.replace(">", "&gt;").replace("<", "&lt;"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**да** __нет__", "<p><strong>да</strong> <strong>нет</strong></p>"),
        ("*да* _нет_", "<p><em>да</em> <em>нет</em></p>"),
        ("~~да~~ `нет`", "<p><s>да</s> <code>нет</code></p>"),
        (
            "(*да*), «**нет**»: 👍*да*!",
            "<p>(<em>да</em>), «<strong>нет</strong>»: 👍<em>да</em>!</p>",
        ),
        ("**_да_** *«да»*-то", "<p><strong><em>да</em></strong> <em>«да»</em>-то</p>"),
        ("- раз\n- два", "<ul>\n<li>раз</li>\n<li>два</li>\n</ul>"),
        ("> цитата", "<blockquote>\n<p>цитата</p>\n</blockquote>"),
        ("> ```\n> код\n> ```", "<blockquote>\n<pre><code>код\n</code></pre>\n</blockquote>"),
        ("- ```\n  код\n  ```", "<ul>\n<li>\n<pre><code>код\n</code></pre>\n</li>\n</ul>"),
        ("```", "<p>```</p>"),
        ("да\n```", "<p>да<br>\n```</p>"),
        (">цитата", "<blockquote>\n<p>цитата</p>\n</blockquote>"),
        ("> Пишут:\n> 50 лет", "<blockquote>\n<p>Пишут:<br>\n50 лет</p>\n</blockquote>"),
        ("\\*не курсив\\* 1986\\. год", "<p>*не курсив* 1986. год</p>"),
        ("\\> не цитата", "<p>&gt; не цитата</p>"),
        ("**https://a.ru**", f"<p><strong>{LINK}</strong></p>"),
        ("```\nкод\n```", "<pre><code>код\n</code></pre>"),
    ],
)
def test_marks_that_are_meant_work(text, html):
    assert to_html(text) == html


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("1. раз\n2. два", [None]),
        ("2. Не согласен с автором.", ["2"]),
        ("0. ноль", ["0"]),
        ("1. раз\n2. два\n4. четыре", [None, "4"]),
        ("1. раз\n1. ещё раз", [None, None]),
        ("3) три\n2) два", ["3", "2"]),
    ],
)
def test_items_keep_their_numbers(text, starts):
    lists = re.findall(r'<ol(?: start="(\d+)")?>', to_html(text))
    assert [start or None for start in lists] == starts
    assert re.findall(r"\d+", seen(text)) == re.findall(r"\d+", text)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 12 + "слово",
        ">" * 40 + " слово",
        "\n".join(f"{'  ' * depth}- слово{depth}" for depth in range(12)),
        "\n".join(f"{'   ' * depth}1. слово{depth}" for depth in range(12)),
        "[" * 30 + "слово",
        "```python слово\nкод\n```",
        '[слово](http://a.ru "и тайное слово")',
        "[](http://a.ru/слово)",
    ],
)
def test_nothing_is_swallowed(text):
    assert letters(text) <= letters(seen(text))


def letters(text):
    return set(re.findall(r"\w+", text))


_MARKS = st.sampled_from([*"*_~`>-+.)(][!\\#@:<&=| \n", "1", "7", "а", "я", "x", "12. ", "\n- "])


@given(st.lists(_MARKS, max_size=60).map("".join) | st.text(max_size=60))
def test_all_letters_and_digits_are_seen(text):
    assert _alphanumeric(seen(text)) == _alphanumeric(text)


def _alphanumeric(text):
    return [character for character in text if character.isalnum()]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "«https://ru.wikipedia.org/wiki/Юла» да",
            f'«<a href="{RU}" rel="{{rel}}">{{url}}</a>» да',
        ),
        ("“https://a.ru/b”", '“<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>”'),
        ("„https://a.ru/b“", '„<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>“'),
        ("‹https://a.ru/b›", '‹<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>›'),
        ("‘https://a.ru/b’.", '‘<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>’.'),
        ("https://a.ru/b… да", '<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>… да'),
        ("https://a.ru/b?…", '<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>?…'),
        ("https://a.ru/…/b", '<a href="https://a.ru/%E2%80%A6/b" rel="{rel}">https://a.ru/…/b</a>'),
        ("~~https://a.ru/b~~", '<s><a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a></s>'),
        ("_https://a.ru/b_,", '<em><a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a></em>,'),
        ("https://a.ru/b_", '<a href="https://a.ru/b_" rel="{rel}">https://a.ru/b_</a>'),
        ("https://a.ru/b: да", '<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>: да'),
        ("(https://a.ru/b?)", '(<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>?)'),
        ("|да|https://a.ru/b|в|", '|да|<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>|в|'),
        ("«https://a.ru/b.»", '«<a href="https://a.ru/b" rel="{rel}">https://a.ru/b</a>.»'),
        (
            "https://a.ru/«b»",
            '<a href="https://a.ru/%C2%ABb%C2%BB" rel="{rel}">https://a.ru/«b»</a>',
        ),
        (
            "https://a.ru/it’s",
            '<a href="https://a.ru/it%E2%80%99s" rel="{rel}">https://a.ru/it’s</a>',
        ),
        (RU, f'<a href="{RU}" rel="{{rel}}">{{url}}</a>'),
    ],
)
def test_signs_of_the_sentence_stay_outside_the_address(text, html):
    rel, url = "ugc nofollow noopener", "https://ru.wikipedia.org/wiki/Юла"
    assert to_html(text) == p(html.format(rel=rel, url=url))


@pytest.mark.parametrize(
    "address",
    [
        *("нет", "/a", "#a", "?a=b", "www.a.ru", "//spam.icu/", "http:/spam.icu/", "http:spam.icu"),
        *("https:///spam.icu", "http:\\\\spam.icu", "https://ya.ru@spam.icu/", "http://"),
        *("ftp://a.ru/", "tel:+7", "javascript:alert(1)", "data:text/html,a", "http://a.ru:x/"),
        *("mailto:", "mailto:a@b.ru,c@d.ru", "mailto:a@b.ru?cc=c@d.ru"),
    ],
)
def test_link_that_opens_no_address_of_its_own_stays_as_typed(address):
    text = f"[сарказм]({address})"
    html = to_html(text)
    assert ">сарказм</a>" not in html
    assert seen(text) == text.replace("\\\\", "\\") or seen(text) == text


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("[а](http://spam.icu/)", "spam.icu"),
        ("[а](//spam.icu/)", "spam.icu"),
        ("[а](http:/spam.icu/)", "spam.icu"),
        ("[а](http:\\/\\/spam\\.icu/)", "spam.icu"),
        ("[а](http:\\\\spam.icu/)", "spam.icu"),
        ("[а](/\\spam.icu/)", "spam.icu"),
        ("[а](http://spam&#46;icu/)", "spam.icu"),
        ("[а](http://sp%61m.icu/)", "spam.icu"),
        ("[а](http://spam。icu/)", "spam.icu"),
        ("[а](http://SPAM.ICU/)", "spam.icu"),
        ("[а](mailto:spam@spam.icu)", "spam.icu"),
        ("[а](https://ya.ru&#64;spam.icu/)", "spam.icu"),
        ("[а](<http://spam.icu/>)", "spam.icu"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://спам.рф/", "xn--80ayhh.xn--p1ai"),
        ("mailto:spam@spam.icu", "spam.icu"),
    ],
)
def test_links_lead_where_a_browser_goes(text, domain):
    assert domain in {target.domain for target in parse(text).targets}


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("@Анна, да", ["Анна, да"]),
        ("**@Анна**", ["Анна**"]),
        ("`@Анна`", []),
        ("```\n@Анна\n```", []),
        ("\\@Анна", []),
        ("> @Анна писала\n\nнет", []),
        ("- > @Анна писала", []),
        ("[@Анна](http://a.ru)", []),
        ("a@Анна https://a.ru/@Анна", []),
    ],
)
def test_nobody_is_called_in_code_links_and_quotations(text, calls):
    assert list(parse(text).calls) == calls
