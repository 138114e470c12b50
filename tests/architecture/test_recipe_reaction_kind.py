"""The recipe "Add a reaction kind" of comments/discussion/README.md names every file, and works."""

import pytest

from accounts.actions import register_person
from comments.actions import post_comment
from comments.models import Comment, Thread
from tests.support.people import PASSWORD
from tests.support.recipes import Copy, files_named

WIDGET = "comments/static/comments/widget"

USE = """
from accounts.models import User
from comments.actions import react
from comments.api.serializers import PublicCommentSerializer, ReactionSerializer
from comments.discussion.reactions import score
from comments.models import Comment
from comments.reading.pages import public
from comments.states import ReactionKind
from comments.upkeep.counters import reconcile
from tests.comments import test_enum_tables as tables

sent = ReactionSerializer(data={"kind": "thanks"})
assert sent.is_valid(), sent.errors
kind = ReactionKind(sent.validated_data["kind"])
comment, reader = Comment.objects.get(), User.objects.get(email="anna@example.org")
assert react(comment=comment, user=reader, kind=kind) == {"up": 0, "down": 0, "thanks": 1}
comment.refresh_from_db()
shown = PublicCommentSerializer(public(comment, ())).data
assert shown["reactions"] == {"up": 0, "down": 0, "thanks": 1}, shown
assert score({"up": 2, "thanks": 5}) == score({"up": 2})
Comment.objects.update(reaction_counts={})
assert (reconcile(), reconcile()) == (1, 0)

tables.test_every_reaction_kind_has_its_votes()
for path in ("dom.js", "strings/ru.js", "strings/en.js"):
    tables.test_widget_knows_every_reaction_kind(path)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("project"))
    copy.replace(
        "comments/states.py",
        '    DOWN = "down", _("disagree")\n',
        '    DOWN = "down", _("disagree")\n    THANKS = "thanks", _("thanks")\n',
    )
    copy.replace(
        "comments/states.py",
        "ReactionKind.DOWN: -1}",
        "ReactionKind.DOWN: -1, ReactionKind.THANKS: 0}",
    )
    copy.replace(
        f"{WIDGET}/dom.js", "const ICONS = {\n", 'const ICONS = {\n  thanks: "M12 20l-8-8",\n'
    )
    for language, word in {"ru": "Спасибо", "en": "Thanks"}.items():
        copy.replace(
            f"{WIDGET}/strings/{language}.js",
            "  reactions: { ",
            f'  reactions: {{ thanks: "{word}", ',
        )
    return copy


def test_recipe_names_every_file_that_a_new_kind_changes(copy):
    named = files_named("comments/discussion/README.md", "Add a reaction kind")
    assert copy.changed() == sorted(named)
    assert len(named) <= 4


@pytest.mark.django_db(transaction=True)
def test_new_kind_is_set_counted_shown_and_reconciled(copy, site):
    register_person(email="anna@example.org", password=PASSWORD, display_name="Анна")
    author = register_person(email="boris@example.org", password=PASSWORD, display_name="Борис")
    post_comment(author=author, thread=Thread(site=site, key="a"), text="Подробный разбор!")
    copy.run(USE)
    assert Comment.objects.get().reaction_counts == {"thanks": 1}


@pytest.mark.parametrize("name", ["dom.js", "strings/ru.js", "strings/en.js"])
def test_scripts_of_the_widget_stay_valid(copy, name):
    copy.check_script(f"{WIDGET}/{name}")
