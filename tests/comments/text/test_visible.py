"""Screening judges the visible text and the typed text; the stricter verdict counts."""

from datetime import UTC, datetime, timedelta

import pytest

from comments.screening import Draft, Outcome, Phase, Policy, screen
from comments.screening.facts import Facts, Links, NamedList
from comments.screening.fingerprints import fingerprint
from comments.screening.reasons import Reason
from comments.screening.words.wordlist import ListVersion, WordList
from comments.text.visible import links_of, readings_of, visible_text

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FACTS = Facts(registered_at=NOW - timedelta(days=400), published=20)
BANNED = NamedList("banned", WordList(ListVersion.of(["негодяй"])))
SUSPECT = NamedList("suspect", WordList(ListVersion.of(["дурак"])))


def screened(text, *, facts=FACTS, **policy):
    draft = Draft(text, NOW, readings=readings_of(text), links=links_of(text))
    return screen(draft, facts, Policy(**policy))


def phase_of(verdict, phase):
    return next(one for one in verdict.phases if one.phase == phase)


HIDDEN = [
    *("него**дяй**", "**него**дяй", "него~~дяй~~", "него*дяй*", "него__дяй__", "него`дяй`"),
    *("[него](http://a.ru)дяй", "него\\дяй", "> него**дяй**", "- него**дяй**", "не**го**дяй"),
]


@pytest.mark.parametrize("text", HIDDEN)
def test_marks_do_not_hide_a_word(text):
    verdict = screened(text, banned=(BANNED,))
    assert verdict.outcome == screened("негодяй", banned=(BANNED,)).outcome == Outcome.REJECT
    (evidence,) = phase_of(verdict, Phase.BANNED_WORDS).evidence
    # The span covers the word with its marks in the text as it was typed.
    typed = text[evidence.start : evidence.end]
    assert (evidence.text, typed[0], typed[-1]) == ("негодяй", "н", "й")


@pytest.mark.parametrize("text", ["**д**урак", "ду**рак**", "`ду`рак", "ду~~р~~ак"])
def test_marks_do_not_hide_a_suspect_word(text):
    assert screened(text, suspect=(SUSPECT,)).outcome == Outcome.HOLD


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("него*дяй и 5*3", Outcome.REJECT),
        ("него > дяй", Outcome.PUBLISH),
        ("него[дяй](http://a.ru)ка", Outcome.PUBLISH),
        ("2*3", Outcome.PUBLISH),
    ],
)
def test_only_signs_within_a_word_are_read_over(text, outcome):
    assert screened(text, banned=(BANNED,)).outcome == outcome


@pytest.mark.parametrize(
    "text",
    [
        "[а](http://spam.icu/)",
        "[а](//spam.icu/)",
        "[а](http:/spam.icu/)",
        "[а](http:\\/\\/spam\\.icu/)",
        "[а](http:\\/\\/spam\\.ru/)",
        "[а](http://spam&#46;icu/)",
        "[а](http://spam&#46;ru/)",
        "[а](mailto:spam@spam.icu)",
        "[а](https://ya.ru&#64;spam.icu/)",
        "[а](http://sp%61m.icu/)",
        "http://2130706433/",
    ],
)
def test_link_rule_sees_where_links_lead(text):
    refused = phase_of(screened(text, links=Links.NONE), Phase.LINKS)
    assert (refused.outcome, refused.reason) == (Outcome.REJECT, Reason.NO_LINKS)
    foreign = screened(text, links=Links.ALLOWED, allowed_domains=frozenset({"ya.ru"}))
    assert phase_of(foreign, Phase.LINKS).reason == Reason.FOREIGN_LINKS
    newcomer = screened(text, facts=Facts(registered_at=NOW), newcomer_comments=1)
    assert phase_of(newcomer, Phase.LINKS).reason == Reason.NEWCOMER_LINKS
    assert all(item.start is not None for item in refused.evidence)


def test_a_link_counts_once():
    text = "[раз](http://a.ru/1), http://a.ru/2 и [три](http://a.ru/3)"
    links = phase_of(screened(text, most_links=3), Phase.LINKS)
    assert (links.outcome, len(links.evidence)) == (Outcome.PUBLISH, 3)


@pytest.mark.parametrize("text", ["[дома](кот)", "пишу на a@b.ru", "[а](#раз)"])
def test_what_opens_no_page_is_no_link(text):
    assert phase_of(screened(text, links=Links.NONE), Phase.LINKS).outcome == Outcome.PUBLISH


def test_length_is_of_the_visible_text():
    assert phase_of(screened("```\n```"), Phase.LENGTH).reason == Reason.EMPTY
    short = screened("[да](https://example.com/long/address)", min_length=10)
    assert phase_of(short, Phase.LENGTH).reason == Reason.TOO_SHORT
    assert phase_of(screened("да" * 6, min_length=10), Phase.LENGTH).reason is None


def test_capitals_are_those_that_people_see():
    text = "[ВСЕ ПИШУТ ГРОМКО И ЗАГЛАВНЫМИ](https://example.com/" + "a" * 200 + ")"
    assert phase_of(screened(text), Phase.CAPITALS).outcome == Outcome.HOLD


def test_texts_that_look_the_same_are_the_same():
    first, second = (
        fingerprint(visible_text(text))
        for text in ("Читайте **вот** [здесь](http://a.ru/1)", "Читайте вот [здесь](http://b.ru/2)")
    )
    assert first.is_same(second)


@pytest.mark.parametrize("text", ["просто текст", "раз\n\nдва", "1. раз\n2. два", "2*3*4"])
def test_plain_text_has_no_other_reading(text):
    assert readings_of(text) == ()


def test_visible_text_has_the_numbers_of_lists():
    assert visible_text("**Итак**\n2. [раз](http://a.ru)\n\n> два") == "Итак\n2. раз\nдва"
