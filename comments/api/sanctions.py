from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import Subject
from accounts.models import Sanction, User
from comments import actions
from comments.api.requests import DeskView, person_of
from comments.api.serializers import LONGEST_CODE, LONGEST_EDITORIAL
from comments.models import Comment
from comments.permissions import access_author_for_sanction, access_desk, access_person
from core.api.fields import RequestDateTimeField
from core.api.requests import site_of, validated
from core.errors import InvalidInput
from core.models import Site


class NewSanctionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Sanction.Kind.choices)
    rule = serializers.SlugField(
        max_length=LONGEST_CODE, help_text="The code of a rule of the rulebook in force."
    )
    message = serializers.CharField(
        max_length=LONGEST_EDITORIAL,
        required=False,
        allow_blank=True,
        default="",
        help_text="Shown to the person.",
    )
    note = serializers.CharField(
        max_length=LONGEST_EDITORIAL,
        required=False,
        allow_blank=True,
        default="",
        help_text="For editors only.",
    )
    ends_at = RequestDateTimeField(required=False, allow_null=True, default=None)
    # Where the Digital Services Act applies, the person gets an e-mail in any case.
    by_email = serializers.BooleanField(
        required=False, default=True, help_text="Whether the person is written to."
    )


class NewWideSanctionSerializer(NewSanctionSerializer):
    email_domain = serializers.CharField(
        max_length=254, required=False, allow_blank=True, default=""
    )
    network = serializers.CharField(
        max_length=50, required=False, allow_blank=True, default="", help_text="192.0.2.0/24"
    )


class ImposedSanctionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(Sanction.Kind.choices)
    subject = serializers.CharField()
    rule_label = serializers.CharField()
    message = serializers.CharField()
    note = serializers.CharField()
    imposed_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    status = serializers.CharField(help_text="active, lifted or lapsed.")
    ended_at = serializers.DateTimeField(allow_null=True)
    copied_from = serializers.IntegerField(
        source="copied_from_id",
        allow_null=True,
        help_text="The sanction on another account of the same person that this one copies.",
    )


class AuthorSanctionsView(DeskView):
    @extend_schema(request=NewSanctionSerializer, responses={201: ImposedSanctionSerializer})
    def post(self, request: Request, comment_id: int) -> Response:
        """Impose a sanction on the author of a comment for it. Their comments do not change:
        see `moderation/bulk-decisions/`."""
        comment, author, editor = access_author_for_sanction(person_of(request), comment_id)
        data = validated(NewSanctionSerializer, request)
        site = comment.thread.site
        return _imposed(site, Subject.person(author), editor, data, comment=comment)


class PersonSanctionsView(DeskView):
    @extend_schema(responses={200: ImposedSanctionSerializer(many=True)})
    def get(self, request: Request, user_id: int) -> Response:
        """All that the person has or had here, the newest first."""
        site = site_of(request)
        person = access_person(person_of(request), user_id, site)
        return Response(
            ImposedSanctionSerializer(person.sanctions.filter(site=site), many=True).data
        )

    @extend_schema(request=NewSanctionSerializer, responses={201: ImposedSanctionSerializer})
    def post(self, request: Request, user_id: int) -> Response:
        """Impose a sanction on a person under a rule; their comments do not change."""
        site = site_of(request)
        editor = access_desk(person_of(request), site)
        person = access_person(editor, user_id, site)
        data = validated(NewSanctionSerializer, request)
        return _imposed(site, Subject.person(person), editor, data)


class WideSanctionsView(DeskView):
    @extend_schema(request=NewWideSanctionSerializer, responses={201: ImposedSanctionSerializer})
    def post(self, request: Request) -> Response:
        """Of an e-mail domain or of an address range: one of the two."""
        site = site_of(request)
        editor = access_desk(person_of(request), site)
        data = validated(NewWideSanctionSerializer, request)
        domain, network = data["email_domain"], data["network"]
        # Both or none: one sanction has one subject.
        if bool(domain) == bool(network):
            raise InvalidInput({"email_domain": [_("Name a domain or a range, one of them.")]})
        subject = Subject.domain(domain) if domain else Subject.network(network)
        return _imposed(site, subject, editor, data)


def _imposed(
    site: Site,
    subject: Subject,
    editor: User,
    data: dict[str, Any],
    *,
    comment: Comment | None = None,
) -> Response:
    sanction = actions.impose_sanction_under_rule(
        site=site,
        subject=subject,
        kind=Sanction.Kind(data["kind"]),
        editor=editor,
        rule_code=data["rule"],
        comment=comment,
        message=data["message"],
        note=data["note"],
        ends_at=data["ends_at"],
        by_email=data["by_email"],
    )
    return Response(ImposedSanctionSerializer(sanction).data, status=201)
