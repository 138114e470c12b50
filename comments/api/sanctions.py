from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Sanction
from comments import actions
from comments.api.requests import CommentsView, person_of, validated
from comments.permissions import access_author_to_restrict


class NewRestrictionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Sanction.Kind.choices)
    rule = serializers.SlugField(help_text="The code of a rule of the rulebook in force.")
    told = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Shown to the person."
    )
    note = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="For editors only."
    )
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    by_letter = serializers.BooleanField(
        required=False, default=True, help_text="Whether the person is written to."
    )


class RestrictionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(Sanction.Kind.choices)
    subject = serializers.CharField()
    rule_label = serializers.CharField()
    told = serializers.CharField()
    note = serializers.CharField()
    imposed_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)


class AuthorSanctionsView(CommentsView):
    @extend_schema(request=NewRestrictionSerializer, responses={201: RestrictionSerializer})
    def post(self, request: Request, comment_id: int) -> Response:
        """Restricts the author of a comment for it. Nothing happens to their comments by this:
        see `moderation/batches/`."""
        comment, author, editor = access_author_to_restrict(person_of(request), comment_id)
        said = validated(NewRestrictionSerializer, request)
        sanction = actions.restrict_person(
            site=comment.thread.site,
            person=author,
            kind=Sanction.Kind(said["kind"]),
            editor=editor,
            rule_code=said["rule"],
            comment=comment,
            told=said["told"],
            note=said["note"],
            ends_at=said["ends_at"],
            by_letter=said["by_letter"],
        )
        return Response(RestrictionSerializer(sanction).data, status=201)
