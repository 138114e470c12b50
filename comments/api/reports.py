from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.requests import CommentsView, person_of
from comments.api.serializers import LONGEST_CODE, RuleSerializer
from comments.permissions import access_comment_for_report, access_own_reports
from comments.reading.viewer import own_report, own_reports
from comments.states import ReportOutcome
from core.api.requests import ip_of, site_of, validated


class NewReportSerializer(serializers.Serializer[Any]):
    rule = serializers.SlugField(
        max_length=LONGEST_CODE, help_text="The code of a rule of the rulebook in force."
    )
    # The action cuts a longer note. A program gets an error instead.
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class OwnReportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="report.pk")
    comment = serializers.IntegerField(source="report.comment_id")
    rule = RuleSerializer(source="report.rule")
    note = serializers.CharField(source="report.note")
    created_at = serializers.DateTimeField(source="report.created_at")
    outcome = serializers.ChoiceField(
        ReportOutcome.choices,
        allow_null=True,
        help_text="Null where the publication does not tell.",
    )


class OwnReportsSerializer(serializers.Serializer[Any]):
    items = OwnReportSerializer(many=True)
    next_cursor = serializers.CharField()


class ReportsView(CommentsView):
    @extend_schema(request=NewReportSerializer, responses={201: OwnReportSerializer})
    def post(self, request: Request, comment_id: int) -> Response:
        """Once per person: reported again, a comment has the first report still."""
        comment, reporter = access_comment_for_report(person_of(request), comment_id)
        data = validated(NewReportSerializer, request)
        report = actions.report_comment(
            comment=comment,
            reporter=reporter,
            rule_code=data["rule"],
            note=data["note"],
            address=ip_of(request),
        )
        return Response(
            # `own_report` leaves the outcome out where the publication does not tell it.
            OwnReportSerializer(own_report(report, comment.thread.site)).data,
            status=201,
        )


class OwnReportsView(CommentsView):
    @extend_schema(
        parameters=[OpenApiParameter("cursor", description="`next_cursor` of the page before.")],
        responses={200: OwnReportsSerializer},
    )
    def get(self, request: Request) -> Response:
        """List your reports on this site, newest first, with their outcomes."""
        reporter = access_own_reports(person_of(request), site_of(request))
        cursor = request.query_params.get("cursor", "")
        items, next_cursor = own_reports(reporter, site_of(request), cursor=cursor)
        return Response(OwnReportsSerializer({"items": items, "next_cursor": next_cursor}).data)
