"""A Russian date ends with «г.», so a sentence must not end with one: «30 ноября 2026 г..»."""

import re

import pytest
from django.utils.translation import gettext, override

from tests.support.paths import ROOT

_TAG = re.compile(r"\{% blocktranslate ([^%]*)%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
_DATE = re.compile(r"""(\w+)=[\w.]+\|date:["']DATE_FORMAT["']""")
_TEMPLATES = [
    path
    for pattern in ("*/templates/**/*.html", "*/templates/**/*.txt", "templates/**/*.*")
    for path in ROOT.glob(pattern)
]


def dates_before_full_stops(text):
    """Return the Russian sentences of a template that put a full stop after a date."""
    sentences = []
    for head, body in _TAG.findall(text):
        msgid = re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", " ".join(body.split()))
        with override("ru"):
            russian = gettext(msgid)
        sentences += [russian for name in _DATE.findall(head) if f"%({name})s." in russian]
    return sentences


def test_no_sentence_puts_a_full_stop_after_a_date():
    assert len(_TEMPLATES) > 100
    faults = {
        str(path.relative_to(ROOT)): dates_before_full_stops(path.read_text())
        for path in _TEMPLATES
    }
    assert {path: sentences for path, sentences in faults.items() if sentences} == {}


@pytest.mark.parametrize(
    ("date", "found"), [('a.b|date:"DATE_FORMAT"', ["Wait for %(day)s."]), ("a.b|moment", [])]
)
def test_a_date_before_a_full_stop_is_found(date, found):
    tag = (
        "{% blocktranslate trimmed with day="
        + date
        + " %}Wait for {{ day }}.{% endblocktranslate %}"
    )
    assert dates_before_full_stops(tag) == found
