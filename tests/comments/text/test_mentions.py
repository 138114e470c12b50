"""Mentions: only a whole name mentions a person."""

import pytest

from comments.models import Notification
from comments.notifications.actions import notify_of_comment
from comments.text.mentions import mentions_in, people_mentioned, suggestions

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(say, person):
    """Those who wrote here, and those who are only registered."""
    here = ["Анна", "Пётр Иванов", "lee", "Ольга К.", "Читатель Второй", "Жан-Поль"]
    elsewhere = ["Анна-Мария", "Пётр Иванов-Петров", "lee_dohm", "anna.k"]
    registered = {}
    for number, name in enumerate([*here, *elsewhere]):
        registered[name] = person(f"p{number}@example.org", name)
        if name in here:
            say(f"Слово {number}", by=registered[name])
    return registered


@pytest.fixture
def named(people, thread):
    """Return the names of the people whom a text mentions."""
    names = {user.pk: name for name, user in people.items()}
    return lambda text: {names[pk] for pk in people_mentioned(text, thread)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Анна, да", {"Анна"}),
        ("@Анна-Мария, здравствуйте", {"Анна-Мария"}),
        ("@Пётр Иванов-Петров, да", {"Пётр Иванов-Петров"}),
        ("@lee_dohm: да", {"lee_dohm"}),
        ("@lee_other", set()),
        ("@Анна-София", set()),
        ("@Анна\u2011София", set()),
        ("@Анна–София", set()),
        ("@Аннабель", set()),
        ("@Пётр Ивановский", set()),
        ("@Анна- и @Анна_", {"Анна"}),
        ("@Анна — да", {"Анна"}),
        ("@Анна.Спасибо", {"Анна"}),
        ("@anna.k, да", {"anna.k"}),
        ("@lee's and @lee’s", {"lee"}),
        ("@Анна @lee", {"Анна", "lee"}),
        # One spelling is as good as another.
        ("@Петр Иванов", {"Пётр Иванов"}),
        ("@ПЕТР ИВАНОВ", {"Пётр Иванов"}),
        ("@Пе\u0308тр Иванов", {"Пётр Иванов"}),
        ("@Петр Иванов-Петров", {"Пётр Иванов-Петров"}),
        ("@Читатель\u00a0Второй", {"Читатель Второй"}),
        ("@Читатель  Второй", {"Читатель Второй"}),
        ("@Читатель\nВторой", set()),
        ("@Анна\u2011Мария", {"Анна-Мария"}),
        ("@Анна–Мария", {"Анна-Мария"}),
        ("@Жан\u2011Поль", {"Жан-Поль"}),
        ("@„Петр Иванов-Петров“", {"Пётр Иванов-Петров"}),
        ("@Ольга К, да", {"Ольга К."}),
        ("@Ольга К. Да", {"Ольга К."}),
        ("@«Ольга  К»", {"Ольга К."}),
        ("@«Петр Иванов-Петров»", {"Пётр Иванов-Петров"}),
        # Not meant for the person.
        ("`@Анна` и \\@Анна", set()),
        ("```\n@Анна\n```", set()),
        ("> @Анна писала\n\nне согласен", set()),
        ("[@Анна](https://a.ru)", set()),
    ],
)
def test_whole_names_or_nobody(named, text, names):
    assert named(text) == names


def test_another_person_is_neither_marked_nor_notified(say, people, other_reader):
    comment = say("@Анна-София и @Анна-Мария, @Анна!", by=other_reader)
    spans = comment.html.split("<span")[1:]
    assert [span.split(">")[1].split("<")[0] for span in spans] == ["@Анна-Мария", "@Анна"]
    notify_of_comment(comment_id=comment.pk)
    told = Notification.objects.filter(comment=comment).values_list(
        "person__display_name", flat=True
    )
    assert set(told) == {"Анна-Мария", "Анна"}


def test_quotation_and_code_mark_and_notify_nobody(say, people, other_reader):
    comment = say("> @Анна писала\n\nНет. `@lee` \\@lee", by=other_reader)
    assert "mention" not in comment.html
    notify_of_comment(comment_id=comment.pk)
    assert not Notification.objects.filter(comment=comment, kind="mention").exists()


def test_text_of_nothing_but_calls_costs_two_queries(people, thread, django_assert_max_num_queries):
    text = " ".join(f"@имя{number}" for number in range(500))
    with django_assert_max_num_queries(2):
        assert mentions_in(text, thread) == {}


@pytest.mark.parametrize("prefix", ["петр", "ПЁТР", "Иванов", "Пётр  Ив"])
def test_names_are_suggested_in_any_spelling(people, thread, prefix):
    suggested = suggestions(thread, prefix, besides=people["Анна"])
    assert [person.display_name for person in suggested] == ["Пётр Иванов"]
