import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions import grant_role
from accounts.models import Role
from comments.actions import Decision, decide, publish_word_list, undo_decision
from comments.discussion.screen_text import TextRefused
from comments.models import Comment, ModerationEvent, Rule, Thread, WordListVersion
from comments.models.decisions import DecisionDetails
from comments.moderation import statistics
from comments.moderation.state_changes import Transition, change_state
from comments.moderation.statistics import Period, Step
from comments.states import DecisionKind, State
from comments.web.desk.charts import bar_chart, line_chart
from comments.web.desk.csv import harmless

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    day = timezone.localdate()
    return Period(day, day)


@dataclass(frozen=True)
class Columns:
    """Which of a sheet and which of its table hold the same; durations are written otherwise."""

    sheet: list[int]
    table: list[int]


COLUMNS = {
    "days": Columns([1, 2, 3, 4], [1, 2, 3, 4]),
    "rules": Columns([1, 2, 3, 4], [0, 1, 2, 3]),
    "waiting": Columns([1], [1]),
    "words": Columns([0, 1, 2, 3, 4], [0, 1, 2, 3, 4]),
    "editors": Columns([0, 1, 2, 3], [0, 1, 2, 3]),
}


def read_tables(page):
    """Return the rows of the page's tables, in page order."""
    tables = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return {
        name: [
            [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        ]
        for name, table in zip(COLUMNS, tables, strict=True)
    }


def headings(answer, number):
    """Return the column headings of a table of the page."""
    head = re.findall(r"<thead>(.*?)</thead>", answer.content.decode(), re.DOTALL)[number]
    return re.findall(r"<th[^>]*>(.*?)</th>", head)


@pytest.fixture
def rule_on(editor, rulebook):
    def carry_out(comment, decision, *, by=editor, rule=""):
        comment.refresh_from_db()
        return decide(comment=comment, decision=Decision(decision, rule_code=rule), editor=by)

    return carry_out


@pytest.fixture
def held(thread, say):
    """A comment that waits for an editor, posted some minutes ago."""

    def post(text, minutes=0):
        thread.mode = "premoderated"
        thread.save(update_fields=["mode"])
        comment = say(text)
        posted = timezone.now() - timedelta(minutes=minutes)
        Comment.objects.filter(pk=comment.pk).update(created_at=posted)
        return comment

    return post


def test_days_count_what_waited_was_published_and_went(site, today, held, rule_on):
    rule_on(held("Раз"), DecisionKind.APPROVE)
    rule_on(held("Два"), DecisionKind.REJECT, rule="insults")
    removed = held("Три")
    rule_on(removed, DecisionKind.APPROVE)
    rule_on(removed, DecisionKind.REMOVE, rule="spam")
    (day,) = statistics.by_day(site, today)
    assert (day.held, day.published, day.rejected, day.removed) == (3, 2, 1, 1)


def test_rules_count_what_was_overturned_and_not_what_was_undone(site, today, say, rule_on, editor):
    for text in ("Раз", "Два"):
        rule_on(say(text), DecisionKind.REMOVE, rule="insults")
    rule_on(Comment.objects.first(), DecisionKind.RESTORE)
    undone = rule_on(say("Три"), DecisionKind.REMOVE, rule="spam")
    undo_decision(comment=undone, editor=editor)
    (rule,) = statistics.by_rule(site, today)
    assert (rule.code, rule.removed, rule.overturned) == ("insults", 2, 1)


def test_time_to_decision_has_its_median_and_ninth_decile(site, today, held, rule_on):
    for minutes in range(1, 11):
        rule_on(held(f"Ждёт {minutes}", minutes), DecisionKind.APPROVE)
    whole, _day = statistics.waiting(site, today)
    assert whole.decided == 10
    assert round(whole.median.total_seconds() / 60, 1) == 5.5
    assert round(whole.p90.total_seconds() / 60, 1) == 9.1


def test_words_that_hold_in_vain_come_first(site, today, say, rule_on):
    kinds = WordListVersion.Kind
    publish = {"site": site, "actor": None}
    publish_word_list(name="s", kind=kinds.SUSPECT, entries=["кит", "слон"], **publish)
    publish_word_list(name="b", kind=kinds.BANNED, entries=["волк"], **publish)
    for text in ("Слоны идут", "Слонов кормят", "Киты плывут"):
        rule_on(
            say(text), DecisionKind.APPROVE if "лон" in text else DecisionKind.REJECT, rule="spam"
        )
    with pytest.raises(TextRefused):
        say("Волки воют")
    words = {word.entry: word for word in statistics.by_word(site, today)}
    assert next(iter(words)) == "слон"
    assert (words["слон"].decided, words["слон"].approved) == (2, 2)
    assert (words["кит"].decided, words["кит"].approved) == (1, 0)
    assert words["волк"].refused == 1


def test_rejections_by_the_moderation_service_count(site, today, held, rulebook):
    rule = Rule.objects.get(code="insults")
    for details in (DecisionDetails(rule=rule), DecisionDetails()):
        change_state(
            held("Подождите").pk,
            Transition(
                action=ModerationEvent.Action.CHECKED,
                to=State.REJECTED,
                sources={State.HELD},
                actor=None,
                details=details,
            ),
        )
    assert sum(day.rejected for day in statistics.by_day(site, today)) == 2
    assert {one.code: (one.title, one.rejected) for one in statistics.by_rule(site, today)} == {
        "insults": (rule.title, 1),
        "": ("правило не названо", 1),
    }
    # No editor took them, and no author waited for one.
    assert statistics.by_editor(site, today, only=None) == []
    assert statistics.waiting(site, today) == []


def test_lists_have_their_names_in_words(site, today, say, browser, editor):
    kind = WordListVersion.Kind.BANNED
    publish_word_list(site=site, name="banned-ru", kind=kind, entries=["волк"], actor=editor)
    with pytest.raises(TextRefused):
        say("Волк", into=Thread.objects.get())
    [word] = statistics.by_word(site, today)
    assert word.list_label == "Запрещённые слова, русские"
    page = browser(editor).get("/desk/numbers/").content.decode()
    assert "Запрещённые слова, русские" in page
    vain, refusing = page.split("Слова, из-за которых тексты не приняты", 1)
    assert "волк" not in vain
    assert "волк" in refusing


def test_neighbours_and_other_days_do_not_count(site, say, rule_on, neighbour_editor):
    rule_on(say("Раз"), DecisionKind.REMOVE, rule="spam")
    neighbour = neighbour_editor.roles.get().site
    day = timezone.localdate()
    assert statistics.by_rule(neighbour, Period(day, day)) == []
    long_ago = Period(day - timedelta(days=9), day - timedelta(days=2))
    assert statistics.by_rule(site, long_ago) == []
    assert [one.removed for one in statistics.by_day(site, long_ago)] == [0] * 8


@pytest.fixture
def administrator(site, person):
    boss = person("boss@example.org", "Павла")
    grant_role(user=boss, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    return boss


def test_editor_sees_their_own_numbers_and_an_administrator_all(
    say, rule_on, other_editor, browser, administrator
):
    rule_on(say("Раз"), DecisionKind.REMOVE, rule="spam")
    rule_on(say("Два"), DecisionKind.REMOVE, by=other_editor, rule="spam")
    own = browser(other_editor).get("/desk/numbers/").content.decode()
    assert "Глеб Р." in own
    assert "Вера Р." not in own
    everybody = browser(administrator).get("/desk/numbers/editors.csv").content.decode()
    assert "Вера Р." in everybody


def test_page_asks_as_much_of_a_year_as_of_a_day(site, say, rule_on, browser, editor):
    client = browser(editor)
    client.get("/desk/numbers/")
    counted = []
    for number in range(2):
        for text in range(2 + number * 5):
            comment = say(f"Реплика {text}")
            against = (
                DecisionKind.REMOVE if comment.state == State.PUBLISHED else DecisionKind.REJECT
            )
            rule_on(comment, against, rule=["spam", "insults"][text % 2])
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/numbers/?since=2026-01-01&until=2026-12-31")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_page_with_nothing_to_count_and_with_a_fault_in_the_period(browser, editor, thread):
    page = browser(editor).get("/desk/numbers/?since=2026-05-02&until=2026-05-01").content.decode()
    assert "Первый день позже последнего" in page
    assert "ничего не отклоняли" in page


def test_long_periods_are_counted_by_week_or_month(site):
    year = Period(date(2026, 1, 7), date(2026, 12, 31), Step.MONTH)
    assert year.days[:2] == [date(2026, 1, 7), date(2026, 2, 1)]
    assert len(year.days) == 12
    weeks = Period(date(2026, 5, 6), date(2026, 5, 20), Step.WEEK)
    assert weeks.days == [date(2026, 5, 6), date(2026, 5, 11), date(2026, 5, 18)]


@pytest.mark.parametrize(("length", "step"), [(30, "день"), (120, "неделя с"), (300, "месяц с")])
def test_a_step_fits_the_period_unless_another_is_chosen(browser, editor, thread, length, step):
    today = timezone.localdate()
    address = f"/desk/numbers/?since={today - timedelta(days=length)}&until={today}"
    client = browser(editor)
    assert step in headings(client.get(address), 0)[0].lower()
    assert "месяц с" in headings(client.get(f"{address}&step=month"), 0)[0].lower()


def test_every_step_holds_what_came_in_it(site, say, rule_on):
    rule_on(say("Раз"), DecisionKind.REMOVE, rule="spam")
    today = timezone.localdate()
    for step in Step:
        period = Period(today - timedelta(days=40), today, step)
        *earlier, last = statistics.by_day(site, period)
        assert (last.day, last.removed) == (period.days[-1], 1)
        assert not any(day.removed for day in earlier)
        assert [one.day for one in statistics.waiting(site, period)[1:]] in ([], [last.day])


@pytest.fixture
def something_of_all(site, say, held, rule_on, editor):
    kind = WordListVersion.Kind.SUSPECT
    publish_word_list(site=site, name="suspect", kind=kind, entries=["слон"], actor=editor)
    rule_on(say("Раз"), DecisionKind.REMOVE, rule="spam")
    rule_on(held("Два слона"), DecisionKind.APPROVE)


@pytest.mark.usefixtures("something_of_all")
@pytest.mark.parametrize("step", Step)
def test_every_sheet_says_what_its_table_says(browser, editor, step):
    client, today = browser(editor), timezone.localdate()
    query = f"?since={today - timedelta(days=40)}&until={today}&step={step}"
    tables = read_tables(client.get(f"/desk/numbers/{query}").content.decode())
    for name, columns in COLUMNS.items():
        text = client.get(f"/desk/numbers/{name}.csv{query}").content.decode("utf-8-sig")
        _head, *rows = csv.reader(text.splitlines())
        table = [[row[at] for at in columns.sheet] for row in rows if row[0] != "весь период"]
        shown = [[row[at].removesuffix(" %") for at in columns.table] for row in tables[name]]
        assert shown
        # The page begins with the last day, the sheet with the first.
        assert sorted(table) == sorted(shown)


def test_sheet_is_a_table_for_the_same_period(say, rule_on, browser, editor):
    rule_on(say("Раз"), DecisionKind.REMOVE, rule="spam")
    day = timezone.localdate()
    answer = browser(editor).get(f"/desk/numbers/rules.csv?since={day}&until={day}")
    text = answer.content.decode("utf-8-sig")
    head, row = csv.reader(text.splitlines())
    assert head[0] == "Код"
    assert (row[0], row[3]) == ("spam", "1")
    assert browser(editor).get("/desk/numbers/secrets.csv").status_code == 404


@given(st.text())
def test_no_cell_begins_a_formula(text):
    cell = harmless(text)
    assert cell.endswith(text)
    assert cell.lstrip(" ")[:1] not in {
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "＝",
        "＋",
        "－",
        "＠",
    }


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_charts_stay_inside_their_drawing(values):
    first = timezone.localdate()
    days = [first + timedelta(days=number) for number in range(len(values))]
    chart = line_chart(days, [("a", values)])
    for point in chart.lines[0].points.split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= chart.width
        assert 0 <= y <= chart.bottom
    bars = bar_chart([(str(value), value) for value in values])
    assert all(0 <= float(bar.width) <= 100 for bar in bars)
