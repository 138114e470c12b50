"""Export and erasure of a person's reports, complaints and appeals."""

import orjson
import pytest

from comments.actions import (
    Decision,
    Sender,
    decide,
    make_appeal,
    report_comment,
    send_complaint,
)
from comments.models import Appeal, Complaint, EmailSettings, Report
from comments.privacy.cases import erase, export
from comments.states import DecisionKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def matters(say, reader, other_reader, editor, rulebook):
    site = rulebook.site
    EmailSettings.objects.create(site=site, appeal_days=14)
    report_comment(
        comment=say("Чужой", by=other_reader), reporter=reader, rule_code="spam", note="Реклама"
    )
    sender = Sender(reader, reader.display_name, reader.email, "")
    send_complaint(site=site, text="Ошибка в дате", sender=sender)
    removed = decide(
        comment=say("Резко"),
        decision=Decision(DecisionKind.REMOVE, rule_code="insults"),
        editor=editor,
    )
    make_appeal(comment=removed, author=reader, text="Это цитата")


def test_all_of_it_is_exported(matters, reader):
    files = {file.path: orjson.loads(file.content) for file in export(reader)}
    assert files["reports.json"][0]["note"] == "Реклама"
    assert files["complaints.json"][0]["text"] == "Ошибка в дате"
    assert files["appeals.json"][0]["text"] == "Это цитата"


def test_erased_the_decisions_stay_and_the_person_goes(matters, reader):
    erase(reader, "keep")
    complaint = Complaint.objects.get()
    assert (complaint.author, complaint.name, complaint.email) == (None, "", "")
    assert reader.email not in complaint.email_text + complaint.email_html
    assert (Report.objects.get().note, Appeal.objects.get().text) == ("", "")
    assert (Report.objects.get().outcome, Appeal.objects.get().status) == ("open", "open")
