import pytest

from accounts.models import Role
from comments.actions import install_default_rules, post_comment
from comments.models import Comment, CommentSettings, RejectedText, Thread
from core.models import Site
from tests.support.people import new_person, signed_in


@pytest.fixture
def person(db):
    return new_person


@pytest.fixture
def reader(db):
    return new_person("anna@example.org", "Анна К.")


@pytest.fixture
def other_reader(db):
    return new_person("boris@example.org", "Борис")


@pytest.fixture
def editor(site):
    return new_person("editor@example.org", "Вера Р.", role=Role.Name.EDITOR, site=site)


@pytest.fixture
def other_editor(site):
    return new_person("other-editor@example.org", "Глеб Р.", role=Role.Name.EDITOR, site=site)


@pytest.fixture
def rulebook(site):
    return install_default_rules(site=site)


@pytest.fixture
def settings_of_site(site):
    """No limits on the rate: tests write faster than people."""
    return CommentSettings.objects.create(site=site, rates=[])


@pytest.fixture
def thread(site, settings_of_site):
    return Thread.objects.create(
        site=site, key="article-1", title="Статья", url="http://testserver/a/1/"
    )


@pytest.fixture
def say(thread, reader):
    """Post into the thread: `say("Текст", parent=comment, by=person)`."""

    def post(text="Спасибо за материал", *, parent=None, by=reader, into=thread, key=""):
        return post_comment(
            author=by,
            thread=into,
            text=text,
            parent_id=parent.pk if parent else None,
            idempotency_key=key,
        )

    return post


@pytest.fixture
def make_known(thread):
    """Give a person a text that screening refused: the editors know them by it."""

    def act(person):
        verdict = {"outcome": "refuse", "phases": []}
        RejectedText.objects.create(thread=thread, author=person, text="Нет", verdict=verdict)
        return person

    return act


@pytest.fixture
def browser():
    """Return a client signed in as `person`, or an anonymous one."""
    return signed_in


@pytest.fixture
def fill(thread, reader):
    """Write many comments at once, past the action."""

    def write(count, *, root=None):
        rows = [
            Comment(
                site=thread.site,
                thread=thread,
                author=reader,
                parent=root,
                root=root,
                depth=1 if root else 0,
                text=f"Т{n}",
                html=f"<p>Т{n}</p>",
                similarity=0,
                words=1,
                state="published",
                listed=True,
                published_at=thread.opened_at,
            )
            for n in range(count)
        ]
        Comment.objects.bulk_create(rows)
        return rows

    return write


@pytest.fixture
def neighbour_editor(db):
    """An editor of another publication."""
    neighbour = Site.objects.create(
        slug="sosedi",
        name_ru="Соседи",
        legal_name_ru="Соседи",
        editor_in_chief_ru="С",
        complaints_email="s@s.example",
    )
    return new_person("neighbour@example.org", "Зоя Р.", role=Role.Name.EDITOR, site=neighbour)
