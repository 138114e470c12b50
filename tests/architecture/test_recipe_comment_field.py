"""The recipe "Add a field to a comment" of comments/reading/README.md works as it says."""

import pytest

from tests.support.recipes import Copy, files_named

COMMENT_JS = "comments/static/comments/widget/comment.js"

USE = """
import orjson
from django.template.loader import render_to_string
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from comments.api.serializers import (
    OwnCommentSerializer, PublicCommentSerializer, QueuedCommentSerializer
)
from comments.models import Comment
from comments.reading.pages import public

comment = Comment(pk=5, text="Да", state="published", created_at=timezone.now(), revision_number=3)
assert orjson.loads(orjson.dumps(public(comment, ())))["revision"] == 3
assert PublicCommentSerializer(public(comment, ())).data["revision"] == 3
assert OwnCommentSerializer(comment).data["revision"] == 3
for template in ("node", "embedded_node"):
    page = render_to_string(f"comments/{template}.html", {"node": {"comment": public(comment, ())}})
    assert "3. text" in page, page
schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
for shape in ("PublicComment", "OwnComment", "QueuedComment"):
    assert schemas[shape]["properties"]["revision"]["type"] == "integer", shape
    assert "revision" in schemas[shape]["required"], shape
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("project"))
    copy.replace(
        "comments/reading/pages.py",
        "    reactions: Mapping[str, int]\n",
        "    reactions: Mapping[str, int]\n    revision: int\n",
    )
    copy.replace(
        "comments/reading/pages.py",
        "        reactions=reactions_shown(comment),\n",
        "        reactions=reactions_shown(comment),\n        revision=comment.revision_number,\n",
    )
    copy.replace(
        "comments/api/serializers.py",
        "    edited_at = serializers.DateTimeField(allow_null=True)\n",
        "    edited_at = serializers.DateTimeField(allow_null=True)\n"
        '    revision = serializers.IntegerField(source="revision_number")\n',
    )
    copy.replace(
        "frontend/api.d.ts",
        "    reactions: ReactionCounts;\n",
        "    reactions: ReactionCounts;\n    revision: number;\n",
    )
    copy.replace(
        COMMENT_JS,
        'comment.edited_at && el("span", { class: "faint" }, strings.edited),\n',
        'comment.edited_at && el("span", { class: "faint" }, strings.edited),\n'
        "      comment.revision > 1 && String(comment.revision),\n",
    )
    copy.replace(
        "comments/templates/comments/node.html",
        "{{ comment.html|safe }}</div>",
        "{{ comment.html|safe }}</div>{{ comment.revision }}. text",
    )
    copy.replace(
        "comments/templates/comments/embedded_node.html",
        "{{ comment.html|safe }}</div>",
        "{{ comment.html|safe }}</div>{{ comment.revision }}. text",
    )
    return copy


def test_recipe_names_every_file_that_a_new_field_changes(copy):
    named = files_named("comments/reading/README.md", "Add a field to a comment")
    assert copy.changed() == sorted(named)
    of_server = [name for name in named if name.endswith(".py")]
    assert len(of_server) <= 2


def test_new_field_is_on_the_page_in_the_api_and_in_its_schema(copy):
    copy.run(USE)


def test_script_of_the_widget_stays_valid(copy):
    copy.check_script(COMMENT_JS)
