"""Display names: no imitation of people, of the editors or of the publication."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions import check_name, grant_role, register_person, rename
from accounts.models import AccountEvent, HeldName, Role, User
from accounts.names import fault, imitates, skeleton, tidy
from core.errors import InvalidInput
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD

texts = st.text(max_size=60)
TWINS = {"а": "a", "е": "e", "о": "о", "р": "p", "с": "c", "у": "y", "х": "x", "к": "k", "в": "B"}


@given(texts)
def test_a_skeleton_has_no_skeleton_but_itself(name):
    assert skeleton(skeleton(name)) == skeleton(name)


@given(texts)
def test_case_and_spaces_change_nothing(name):
    assert skeleton(f"  {name.upper()} ") == skeleton(name.upper())
    assert skeleton(" ".join(name)) == skeleton(name)


@given(st.text(alphabet="абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1), st.randoms())
def test_look_alikes_change_nothing(name, random):
    disguised = "".join(TWINS[c] if c in TWINS and random.random() < 0.5 else c for c in name)
    assert skeleton(disguised) == skeleton(name)
    assert skeleton(name.replace("ё", "е")) == skeleton(name)


@given(texts.map(tidy))
def test_a_faultless_name_fits_the_database(name):
    if fault(name) is None:
        assert 0 < len(skeleton(name)) <= 100
        assert "\x00" not in name


@given(st.text(alphabet="абвгдежзиклмн", min_size=5, max_size=20), st.data())
def test_a_slip_away_from_a_staff_member_is_imitation(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    for near in (name[:at] + "ю" + name[at + 1 :], name[:at] + name[at + 1 :], name + "1"):
        assert imitates(near, publications=[], staff=[name])
    assert not imitates(name + "юю", publications=[], staff=[name])


@pytest.mark.parametrize(
    "name",
    [
        *("Редакция", "РЕДАКЦИЯ.", "Pедaкция", "Р е д а к ц и я", "Модератор Анна", "главред"),
        *("Admin", "аdmin", "the Moderator", "Поддержка сайта", "site_admin", "M0derator"),
        *(
            "anna@example.org",
            "https://example.org",
            "www.example.org",
            "…",
            "Ан\u200bна",
            "ﷺ" * 10,
        ),
    ],
)
def test_names_nobody_may_bear(name):
    assert fault(tidy(name)) is not None


@pytest.mark.parametrize(
    "name", ["Редакторова Нина", "Администраторовский", "Жан-Поль", "李小龍", "Ёж 7"]
)
def test_innocent_names(name):
    assert fault(name) is None


@pytest.mark.parametrize(
    "name", ["Вести образования", "Вecти Oбразования 24", "education news team"]
)
def test_the_publication_is_not_imitated(site, name):
    with pytest.raises(InvalidInput):
        check_name(name)


def test_staff_is_not_imitated(site, reader):
    grant_role(user=reader, site=site, name=Role.Name.EDITOR, actor=None)
    with pytest.raises(InvalidInput):
        check_name("Анна К2")
    check_name("Анна К2", user=reader)


def test_a_changed_name_keeps_its_history_and_stays_closed(site, reader):
    rename(user=reader, name="Анна Каренина")
    event = AccountEvent.objects.get(user=reader, action="name.changed")
    assert (event.name_change.before, event.name_change.after) == ("Анна К.", "Анна Каренина")
    with pytest.raises(InvalidInput):
        register_person(email="b@example.org", password=PASSWORD, display_name="анна к")
    reader.refresh_from_db()
    rename(user=reader, name="Анна К.")
    assert not HeldName.objects.filter(skeleton=skeleton("Анна К.")).exists()


def test_a_name_given_up_is_free_in_the_end(site, reader):
    rename(user=reader, name="Анна Каренина")
    HeldName.objects.update(until=timezone.now() - timedelta(seconds=1))
    other = register_person(email="b@example.org", password=PASSWORD, display_name="Анна К.")
    assert other.display_name == "Анна К."


def test_a_name_in_other_letters_of_the_same_look_is_no_change_of_name(site, reader):
    rename(user=reader, name="АННА К.")
    reader.refresh_from_db()
    assert (reader.display_name, HeldName.objects.count()) == ("АННА К.", 0)


def test_names_are_not_collected(site, reader):
    for name in ("Первое", "Второе", "Третье"):
        rename(user=reader, name=name)
    with pytest.raises(InvalidInput):
        rename(user=reader, name="Четвёртое")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_name_one_gets_it(site):
    refused = in_parallel(
        lambda number: register_person(
            email=f"p{number}@example.org", password=PASSWORD, display_name="Пётр" + " " * number
        ),
        6,
    )
    assert [type(error) for error in refused] == [InvalidInput] * 5
    assert User.objects.filter(name_skeleton=skeleton("Петр")).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_name_being_given_up_cannot_be_snatched(site):
    owner = register_person(email="o@example.org", password=PASSWORD, display_name="Ольга")

    def act(number):
        if number == 0:
            rename(user=owner, name="Ольга Новая")
        else:
            register_person(email=f"p{number}@example.org", password=PASSWORD, display_name="Ольга")

    assert len(in_parallel(act, 5)) == 4
    assert not User.objects.exclude(pk=owner.pk).exists()
