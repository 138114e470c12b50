"""Repeated and parallel requests produce one certificate, one number and one e-mail."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import recovery, tasks
from certificates.applications import review
from certificates.issuing import actions, documents
from certificates.models import Application, Certificate, CertificateEvent, FormVersion, Programme
from certificates.register.revocation import revoke_certificate
from certificates.states import ApplicationStatus, CertificateStatus
from config.outbox_routes import ROUTES
from core.errors import Conflict
from core.mail.send import send_email
from core.models import Email, OutboxEvent
from core.outbox import ByEvent
from tests.support.outbox import lose_queue, run_task, taken_tasks

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(run, arguments):
    def in_its_own_connection(argument):
        try:
            return run(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as threads:
        return list(threads.map(in_its_own_connection, arguments))


@pytest.fixture
def approved(programme, answers):
    def make():
        return Application.objects.create(
            programme=programme,
            form=programme.forms.get(version=1),
            status=ApplicationStatus.APPROVED,
            answers=answers,
            confirmed_at=timezone.now(),
            decided_at=timezone.now(),
        )

    return make


def test_issuing_at_once_gives_one_certificate(approved):
    application = approved()
    issued = at_once(lambda _: actions.issue_certificate(application_id=application.pk), range(8))
    assert len({certificate.pk for certificate in issued}) == 1
    assert Certificate.objects.count() == 1
    assert OutboxEvent.objects.filter(topic="certificate.issued").count() == 1


def test_numbers_stay_gapless_under_concurrent_issue(approved):
    waiting = [approved().pk for _ in range(24)]
    at_once(lambda pk: actions.issue_certificate(application_id=pk), waiting)
    serials = Certificate.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == list(range(1, 25))


def test_a_failed_issue_leaves_no_gap(approved):
    lost = approved()
    lost.form = FormVersion.objects.create(
        programme=lost.programme, version=2, questions=[{"key": "x", "kind": "unheard of"}]
    )
    lost.save(update_fields=["form"])
    with pytest.raises(ValueError, match="is not a valid FieldKind"):
        actions.issue_certificate(application_id=lost.pk)
    assert actions.issue_certificate(application_id=approved().pk).serial == 1


def test_documents_made_at_once_leave_one_file(approved):
    certificate = actions.issue_certificate(application_id=approved().pk)
    at_once(lambda _: tasks.render_document(certificate.pk), range(4))
    certificate.refresh_from_db()
    folder = f"certificates/{certificate.year}/{certificate.number}"
    assert [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]] == [
        certificate.document.name
    ]
    assert CertificateEvent.objects.filter(action="certificate.sealed").count() == 1


def test_documents_are_recorded_in_as_many_statements_for_five_as_for_one(approved):
    def statements(count):
        issued = [actions.issue_certificate(application_id=approved().pk) for _ in range(count)]
        made = {one.pk: documents._made(one) for one in issued}
        with CaptureQueriesContext(connection) as queries:
            actions.record_documents(made=made)
        return len(queries)

    statements(1)  # stores the seal's certificate
    assert statements(5) == statements(1)


def test_a_document_that_comes_late_is_not_stored(approved, deliver):
    certificate = actions.issue_certificate(application_id=approved().pk)
    late = documents._made(certificate)
    deliver()
    actions.record_documents(made={certificate.pk: late})
    certificate.refresh_from_db()
    folder, _slash, name = certificate.document.name.rpartition("/")
    assert default_storage.listdir(folder)[1] == [name]
    assert certificate.document_digest != late.digest


def test_files_of_a_killed_worker_are_deleted(approved, deliver):
    certificate = actions.issue_certificate(application_id=approved().pk)
    folder = f"certificates/{certificate.year}/{certificate.number}"
    default_storage.save(f"{folder}/stray.pdf", ContentFile(b"%PDF-1.7"))
    deliver()
    certificate.refresh_from_db()
    names = default_storage.listdir(folder)[1]
    assert [f"{folder}/{name}" for name in names] == [certificate.document.name]


def test_a_worker_that_lost_the_database_deletes_no_document(approved, monkeypatch):
    certificate = actions.issue_certificate(application_id=approved().pk)
    save, is_first = default_storage.save, [True]

    def lose_the_database(name, content):
        if not is_first.pop():
            return save(name, content)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        at_once(terminate, [pid])
        is_first.append(False)
        at_once(tasks.render_document, [certificate.pk])
        return save(name, content)

    def lost(certificate_id):
        with pytest.raises(DatabaseError):
            tasks.render_document(certificate_id)

    monkeypatch.setattr(default_storage, "save", lose_the_database)
    at_once(lost, [certificate.pk])
    certificate.refresh_from_db()
    assert default_storage.exists(certificate.document.name)


def terminate(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_concurrent_sends_make_one_email(approved, sent_emails, deliver):
    certificate = actions.issue_certificate(application_id=approved().pk)
    tasks.render_document(certificate.pk)
    at_once(tasks.email_document, [certificate.pk] * 4)
    at_once(send_email, [Email.objects.get().pk] * 4)
    deliver()
    assert len(sent_emails) == 1
    assert CertificateEvent.objects.filter(action="certificate.email_sent").count() == 1


def test_a_step_repeated_later_changes_nothing(certificate, sent_emails):
    document = certificate.document.name
    tasks.decide_confirmed(certificate.application_id)
    tasks.issue_approved(certificate.application_id)
    tasks.render_document(certificate.pk)
    tasks.email_document(certificate.pk)
    certificate.refresh_from_db()
    assert certificate.document.name == document
    assert len(sent_emails) == Certificate.objects.count() == 1


def test_the_claim_of_a_killed_worker_expires(approved, sent_emails, deliver):
    certificate = actions.issue_certificate(application_id=approved().pk)
    tasks.render_document(certificate.pk)
    tasks.email_document(certificate.pk)
    email = Email.objects.get()
    assert Email.objects.claim(email.pk, timezone.now())
    assert not Email.objects.claim(email.pk, timezone.now())
    Email.objects.update(claimed_until=timezone.now())
    deliver()
    assert len(sent_emails) == 1


def test_revoked_before_the_mail_server_took_it_the_document_is_not_sent(
    approved, registrar, sent_emails, deliver
):
    certificate = actions.issue_certificate(application_id=approved().pk)
    tasks.render_document(certificate.pk)
    tasks.email_document(certificate.pk)
    _revoke(certificate, registrar)
    deliver()
    assert not [message for message in sent_emails if "/document/" in message.body]


def test_the_sweep_resumes_work_that_a_lost_queue_dropped(approved, deliver, sent_emails):
    long_ago = timezone.now() - timezone.timedelta(hours=1)
    application = approved()
    Application.objects.filter(pk=application.pk).update(decided_at=long_ago)
    tasks.resume_unfinished()
    deliver()
    assert Certificate.objects.get().mailed_at
    tasks.resume_unfinished()
    assert deliver() == 0
    assert len(sent_emails) == 1


def test_every_step_that_runs_twice_makes_one_certificate(
    filled, confirm, deliver_twice, sent_emails
):
    confirm(filled)
    deliver_twice()
    certificate = Certificate.objects.get()
    assert certificate.mailed_at
    assert len(sent_emails) == 1
    topics = ("application.approved", "certificate.issued", "certificate.sealed")
    for topic in topics:
        assert OutboxEvent.objects.filter(topic=topic).count() == 1, topic


def test_a_queue_lost_at_every_step_costs_nothing(filled, confirm, deliver, sent_emails):
    confirm(filled)
    for _step in range(6):
        lose_queue()
        for task in taken_tasks():
            run_task(*task)
    deliver()
    assert Certificate.objects.get().mailed_at
    assert len(sent_emails) == 1


def test_the_sweep_adds_nothing_to_work_that_the_outbox_still_owes(approved, monkeypatch):
    monkeypatch.setattr(recovery, "_UNFINISHED_AFTER", timezone.timedelta(0))
    actions.issue_certificate(application_id=approved().pk)
    for _ in range(3):
        tasks.resume_unfinished()
    OutboxEvent.objects.park(OutboxEvent.objects.get().pk, "OSError: no disk")
    tasks.resume_unfinished()
    assert OutboxEvent.objects.count() == 1


def test_the_sweep_publishes_no_topic_that_webhooks_announce(approved, monkeypatch):
    monkeypatch.setattr(recovery, "_UNFINISHED_AFTER", timezone.timedelta(0))
    actions.issue_certificate(application_id=approved().pk)
    OutboxEvent.objects.all().delete()
    for _ in range(3):
        tasks.resume_unfinished()
    assert list(OutboxEvent.objects.values_list("topic", flat=True)) == ["certificate.document_due"]
    announced = {
        topic for topic, sent in ROUTES.items() if any(isinstance(task, ByEvent) for task in sent)
    }
    assert not announced & set(OutboxEvent.objects.values_list("topic", flat=True))


def test_the_sweep_resumes_a_decision_by_rule_and_leaves_the_registrar_s(filled, confirm, deliver):
    confirm(filled)
    OutboxEvent.objects.all().delete()  # as when the queue is lost
    Application.objects.update(confirmed_at=timezone.now() - timezone.timedelta(hours=1))
    Programme.objects.update(approval=Programme.Approval.REGISTRAR)
    tasks.resume_unfinished()
    assert deliver() == 0
    Programme.objects.update(approval=Programme.Approval.AUTOMATIC)
    tasks.resume_unfinished()
    deliver()
    assert Certificate.objects.get().mailed_at


def test_an_issued_certificate_is_frozen(approved):
    certificate = actions.issue_certificate(application_id=approved().pk)
    for change in ({"holder": "Петрова"}, {"number": "CB-2026-99999-A"}, {"document_data": {}}):
        with pytest.raises(Exception, match="Cannot update"):
            Certificate.objects.filter(pk=certificate.pk).update(**change)
    with pytest.raises(Exception, match="Cannot delete"):
        certificate.delete()


def test_revoked_and_corrected_at_once_one_of_them_wins(approved, registrar):
    first = actions.issue_certificate(application_id=approved().pk)
    correction = approved()
    Application.objects.filter(pk=correction.pk).update(
        corrects=first, status="submitted", decided_at=None
    )
    at_once(
        lambda act: act(),
        [lambda: _approve(correction, registrar), lambda: _revoke(first, registrar)],
    )
    issued = actions.issue_certificate(application_id=correction.pk)
    first.refresh_from_db()
    assert first.status == ("superseded" if issued else "revoked")
    assert Certificate.objects.filter(status="valid").count() == (1 if issued else 0)


def _approve(correction, registrar):
    with suppress(Conflict):
        review.decide_application(
            application=correction,
            actor=registrar,
            decision=review.ApplicationDecision.APPROVE,
            expected=ApplicationStatus.SUBMITTED,
        )


def _revoke(certificate, registrar):
    with suppress(Conflict):
        revoke_certificate(
            certificate=certificate,
            actor=registrar,
            reason="Материал снят",
            expected=CertificateStatus.VALID,
        )
