"""Each phase: the texts it accepts, holds or rejects, and the reason it gives."""

from datetime import UTC, datetime, timedelta

import pytest

from comments.screening.facts import Draft, Facts, Links, NamedList, Policy, Rate, SanctionKind
from comments.screening.fingerprints import fingerprint
from comments.screening.phases import PHASES
from comments.screening.reasons import Phase, Reason
from comments.screening.verdicts import Outcome
from comments.screening.words.wordlist import ListVersion, WordList
from comments.states import Mode

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
COUNCIL = (
    "Вчера вечером совет депутатов города, несмотря на протесты жителей, утвердил проект "
    "застройки парка, и это возмутительно: кто считал деньги и куда смотрит прокуратура?"
)


def verdict(phase, text="Согласен с автором.", *, edits=False, policy=None, **facts):
    known = Facts(**{"registered_at": LONG_AGO, "published": 20} | facts)
    return PHASES[phase](Draft(text, NOW, edits=edits), known, policy or Policy())


def answer(*args, **kwargs):
    given = verdict(*args, **kwargs)
    return given.outcome, given.reason


PUBLISHED = (Outcome.PUBLISH, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        (" \n\t\u00a0", Reason.EMPTY),
        ("\u200b\u2060\u00ad\u2800\u3164\ufe0f", Reason.EMPTY),
        ("да", Reason.TOO_SHORT),
        ("дом", None),
        ("👨‍👩‍👧‍👦" * 10, None),
        ("👨‍👩‍👧‍👦" * 11, Reason.TOO_LONG),
        ("е\u0301" * 10, None),
        ("десять букв", Reason.TOO_LONG),
        ("дом" + "\u200b" * 7, None),
        ("дом" + "\u0301" * 200, Reason.TOO_LONG),
    ],
)
def test_length_is_in_characters_as_people_see_them(text, reason):
    assert verdict(Phase.LENGTH, text, policy=Policy(min_length=3, max_length=10)).reason == reason


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, PUBLISHED),
        ({"closed": True}, (Outcome.REJECT, Reason.CLOSED)),
        ({"mode": Mode.CLOSED}, (Outcome.REJECT, Reason.CLOSED)),
        ({"mode": Mode.PREMODERATED}, PUBLISHED),
    ],
)
def test_nothing_is_added_to_a_closed_thread(facts, expected):
    assert answer(Phase.THREAD, **facts) == expected


@pytest.mark.parametrize(
    ("sanctions", "expected"),
    [
        (set(), PUBLISHED),
        ({SanctionKind.WARNING}, PUBLISHED),
        ({SanctionKind.PREMODERATION}, (Outcome.HOLD, Reason.UNDER_SANCTION)),
        ({SanctionKind.MUTE}, (Outcome.REJECT, Reason.MAY_NOT_COMMENT)),
        ({SanctionKind.PREMODERATION, SanctionKind.BAN}, (Outcome.REJECT, Reason.MAY_NOT_COMMENT)),
    ],
)
def test_the_heaviest_sanction_acts(sanctions, expected):
    assert answer(Phase.SANCTION, sanctions=frozenset(sanctions)) == expected


RATES = Policy(rates=(Rate(1, timedelta(seconds=10)), Rate(3, timedelta(minutes=60))))


@pytest.mark.parametrize(
    ("seconds_ago", "details"),
    [
        ([], {}),
        ([10, 500], {}),
        ([4], {"seconds": 6}),
        ([600, 60, 3000], {"minutes": 10}),
        ([3600, 60, 3000], {}),
        ([4, 3599, 60], {"seconds": 1}),
    ],
)
def test_one_waits_until_every_limit_allows(seconds_ago, details):
    posts = tuple(NOW - timedelta(seconds=seconds) for seconds in seconds_ago)

    given = verdict(Phase.RATE, policy=RATES, recent_posts=posts)

    assert given.details == details
    assert given.outcome == (Outcome.REJECT if details else Outcome.PUBLISH)


def test_an_edit_is_not_another_post():
    posts = (NOW - timedelta(seconds=1),)

    assert answer(Phase.RATE, edits=True, policy=RATES, recent_posts=posts) == PUBLISHED


@pytest.mark.parametrize(
    ("again", "own", "others"),
    [
        (COUNCIL, Reason.REPEATED, Reason.POSTED_BY_OTHERS),
        (COUNCIL.upper().replace(",", " ,\n"), Reason.REPEATED, Reason.POSTED_BY_OTHERS),
        (COUNCIL.replace("о", "о\u200b"), Reason.REPEATED, Reason.POSTED_BY_OTHERS),
        (
            COUNCIL.replace("возмутительно", "ужасно"),
            Reason.NEARLY_REPEATED,
            Reason.POSTED_BY_OTHERS,
        ),
        ("Школа в посёлке закрыта с осени, и детей возят за двадцать километров.", None, None),
        ("Спасибо!", None, None),
    ],
)
def test_the_same_text_again(again, own, others):
    earlier = tuple(map(fingerprint, [COUNCIL, "спасибо"]))

    assert verdict(Phase.DUPLICATE, again, own_recent=earlier).reason == own
    assert verdict(Phase.DUPLICATE, again, site_recent=earlier).reason == others


def test_banned_words_reject_and_suspect_ones_hold():
    listed = (NamedList("list", WordList(ListVersion.of(["дурак", "казино"]))),)
    policy = Policy(banned=listed, suspect=listed)

    rejected = verdict(Phase.BANNED_WORDS, "Казино для дураков, дураков", policy=policy)

    assert rejected.outcome == Outcome.REJECT
    assert rejected.details == {"words": "«Казино», «дураков»"}
    assert [item.against for item in rejected.evidence] == ["казино", "дурак", "дурак"]
    assert answer(Phase.SUSPECT_WORDS, "Казино", policy=policy) == (
        Outcome.HOLD,
        Reason.SUSPECT_WORDS,
    )


def test_a_word_that_only_looks_banned_holds_and_never_rejects():
    listed = NamedList("list", WordList(ListVersion.of(["дурак"])))
    policy = Policy(banned=(listed,))

    held = verdict(Phase.SUSPECT_WORDS, "Ты durak", policy=policy)

    assert (held.outcome, held.reason) == (Outcome.HOLD, Reason.SUSPECT_WORDS)
    assert held.details == {"words": "«durak»"}
    assert held.as_json()["evidence"] == [
        {
            "text": "durak",
            "start": 3,
            "end": 8,
            "against": "дурак",
            "source": listed.source,
            "looks_like": "дурак",
        }
    ]
    assert answer(Phase.BANNED_WORDS, "Ты durak", policy=policy) == PUBLISHED
    lenient = Policy(banned=(listed,), hold_disguised_words=False)
    assert answer(Phase.SUSPECT_WORDS, "Ты durak", policy=lenient) == PUBLISHED


@pytest.mark.parametrize(
    ("policy", "text", "expected"),
    [
        (Policy(links=Links.NONE), "без ссылок", PUBLISHED),
        (Policy(links=Links.NONE), "на kremlin.ru", (Outcome.REJECT, Reason.NO_LINKS)),
        (Policy(), "на kremlin.ru", PUBLISHED),
        (Policy(most_links=1), "a.com, b.com", (Outcome.HOLD, Reason.MANY_LINKS)),
        (
            Policy(links=Links.ALLOWED, allowed_domains=frozenset({"школа.рф", "www.gov.ru"})),
            "https://новости.школа.рф/1 и gov.ru",
            PUBLISHED,
        ),
        (
            Policy(links=Links.ALLOWED, allowed_domains=frozenset({"gov.ru"})),
            "notgov.ru",
            (Outcome.REJECT, Reason.FOREIGN_LINKS),
        ),
        (Policy(newcomer_comments=21), "kremlin.ru", (Outcome.HOLD, Reason.NEWCOMER_LINKS)),
        (
            Policy(newcomer_comments=21, allowed_domains=frozenset({"kremlin.ru"})),
            "kremlin.ru",
            PUBLISHED,
        ),
    ],
)
def test_links(policy, text, expected):
    assert answer(Phase.LINKS, text, policy=policy) == expected


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("ПОЗОР! КУДА СМОТРИТ ПРОКУРАТУРА?!", True),
        ("Это ПОЗОР, и ПРОКУРАТУРА об этом знает давно", False),
        ("МВД, ФСБ, МЧС, ГИБДД и СНИЛС", False),
        ("УРА", False),
        ("12345 67890 !!!", False),
    ],
)
def test_shouting_is_held_and_abbreviations_are_not(text, held):
    assert (verdict(Phase.CAPITALS, text).reason == Reason.CAPITALS) is held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Урааааааааааа", True),
        ("Что?!?!", False),
        ("Нет!!!!!!!!!!!!", True),
        ("да " * 5, True),
        ("да, да и ещё раз да", False),
        ("купите\nкупите\nкупите", True),
        ("-" * 20, False),
        ("З\u0335\u0321\u0322\u0323\u0324а\u0335", True),
        ("1 000 000 000 000 рублей", False),
    ],
)
def test_repetition_is_held(text, held):
    assert (verdict(Phase.REPETITION, text).reason == Reason.REPETITION) is held


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        ({"published": 1}, True),
        ({"published": 2}, False),
        ({"published": 9, "registered_at": NOW - timedelta(hours=23)}, True),
        ({"published": 9, "registered_at": NOW - timedelta(hours=24)}, False),
    ],
)
def test_a_newcomer_is_one_by_comments_or_by_age(facts, held):
    policy = Policy(newcomer_comments=2, newcomer_age=timedelta(days=1))

    assert (verdict(Phase.NEWCOMER, policy=policy, **facts).outcome == Outcome.HOLD) is held


@pytest.mark.parametrize(
    ("published", "rejected", "held"),
    [(0, 4, False), (0, 5, True), (3, 3, False), (3, 4, True), (90, 10, False)],
)
def test_trust_is_lost_by_share_once_there_are_enough(published, rejected, held):
    given = verdict(Phase.TRUST, published=published, rejected=rejected)

    assert (given.outcome == Outcome.HOLD) is held


@pytest.mark.parametrize(
    "text",
    [
        "Ваша статья написана левой ногой.",
        "У вас опечатка во втором абзаце.",
        "Журналист опять всё перепутал",
        "Исправьте, пожалуйста, заголовок!",
        "Заголовок вводит в заблуждение",
        "Проверяйте факты, прежде чем писать.",
        "Your journalist is lying.",
        "There is a typo in the second paragraph",
        "This headline is misleading.",
    ],
)
def test_a_complaint_about_the_publication_gets_its_address_and_is_not_stopped(text):
    given = verdict(Phase.COMPLAINT, text, policy=Policy(complaints_address="ed@example.org"))

    assert (given.outcome, given.reason) == (Outcome.PUBLISH, Reason.COMPLAINT)
    assert given.details == {"address": "ed@example.org"}
    assert all(text[item.start : item.end] == item.text for item in given.evidence)


@pytest.mark.parametrize(
    "text",
    ["Ваша правда.", "Депутат опять врёт.", "Дороги в городе ужасные.", "The mayor lied to us."],
)
def test_a_remark_on_the_subject_is_no_complaint(text):
    policy = Policy(complaints_address="ed@example.org")

    assert answer(Phase.COMPLAINT, text, policy=policy) == PUBLISHED


def test_without_an_address_nothing_is_advised():
    assert answer(Phase.COMPLAINT, "Ваша статья с ошибками.") == PUBLISHED
