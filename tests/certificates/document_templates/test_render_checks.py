"""A version is run_check against the longest past data before documents are made by it."""

import dataclasses
import socket
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from certificates import tasks
from certificates.document_templates import actions, render_checks
from certificates.document_templates.actions import DraftContent, NotChecked, RenderCheckFailed
from certificates.models import Certificate, RenderCheck
from certificates.rendering import FaultKind, render_in_sandbox, starter
from core.models import OutboxEvent
from tests.support.documents import sample
from tests.support.outbox import fail_for_good
from tests.support.people import new_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(site):
    return new_person("admin@example.org", "Управляющая", role=Role.Name.ADMINISTRATOR, site=site)


@pytest.fixture
def draft(programme, administrator):
    return actions.create_draft_from(version=programme.template.active, actor=administrator)


@pytest.fixture
def run_check(draft, administrator, deliver):
    """The draft with another source, after its check."""

    def run(source=None):
        changed = DraftContent(
            source or draft.source,
            draft.is_landscape,
            draft.seal_left,
            draft.seal_top,
            draft.seal_width,
            draft.seal_height,
        )
        actions.save_draft(
            version=draft, content=changed, expected_digest=draft.digest, actor=administrator
        )
        actions.request_render_check(version=draft, actor=administrator)
        deliver()
        return RenderCheck.objects.get()

    return run


def fault_of(source, name="publication", **changes):
    design = dataclasses.replace(starter(name), source=source)
    data = dataclasses.replace(sample("publication"), **changes)
    return render_in_sandbox(design, [data], ppi=36)[0].fault


def case(check, kind, name, language="ru"):
    return next(
        case
        for case in check.cases
        if (case["kind"], case["name"], case["language"]) == (kind, name, language)
    )


def test_a_check_renders_samples_and_past_data_in_both_languages(run_check, certificate):
    check = run_check()
    assert (check.status, check.checked) == ("passed", len(check.cases))
    assert {(case["kind"], case["language"]) for case in check.cases} == {
        (kind, language) for kind in ("sample", "certificate") for language in ("ru", "en")
    }
    longest = case(check, "sample", "longest")
    assert ["holder", 25.0, 34.0] in longest["shrunk"]
    assert case(check, "certificate", certificate.number)["fault"] is None


def test_a_check_stores_no_answers(run_check, certificate):
    assert certificate.holder.split()[0] not in str(run_check().cases)


def test_activating_a_checked_version_retires_the_one_before(run_check, draft, administrator):
    run_check()
    actions.activate_version(version=draft, actor=administrator)
    statuses = {version.number: version.status for version in draft.template.versions.all()}
    assert statuses == {1: "retired", 2: "active"}
    acts = [event.action for event in draft.template.events.all()]
    assert acts[-2:] == ["template.retired", "template.activated"]


def test_issued_documents_keep_their_version_after_activation(
    run_check, draft, administrator, certificate
):
    run_check(draft.source.replace("#v(1mm)\n#pdf.artifact", "#v(2mm)\n#pdf.artifact"))
    actions.activate_version(version=draft, actor=administrator)
    certificate.refresh_from_db()
    assert certificate.document_data["template"] == "publication/1"
    assert str(certificate.programme.template.active) == "publication/2"


def test_a_version_without_a_check_cannot_be_activated(draft, administrator):
    with pytest.raises(NotChecked):
        actions.activate_version(version=draft, actor=administrator)


def test_a_check_of_another_source_does_not_count(run_check, draft, administrator):
    run_check()
    draft.refresh_from_db()
    content = DraftContent(draft.source + "\n", draft.is_landscape, 111.5, 158.5, 74, 19.5)
    actions.save_draft(
        version=draft, content=content, expected_digest=draft.digest, actor=administrator
    )
    with pytest.raises(NotChecked):
        actions.activate_version(version=draft, actor=administrator)


def test_an_expired_check_does_not_count(run_check, draft, administrator):
    run_check()
    RenderCheck.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    with pytest.raises(NotChecked):
        actions.activate_version(version=draft, actor=administrator)


def test_an_issued_document_that_no_longer_fits_blocks_activation(
    run_check, draft, administrator, certificate
):
    small = draft.source.replace('"title", width, 19mm', '"title", 30mm, 3mm')
    check = run_check(small)
    unfit = case(check, "certificate", certificate.number)
    assert (unfit["fault"]["kind"], unfit["fault"]["field"]) == ("does_not_fit", "title")
    assert unfit["is_blocking"]
    with pytest.raises(RenderCheckFailed) as refusal:
        actions.activate_version(version=draft, actor=administrator)
    assert check.cases.index(unfit) in refusal.value.extra["faults"]


def test_a_longest_sample_that_does_not_fit_does_not_block(run_check, draft, administrator):
    least = draft.source.replace("(34pt, 31pt, 28pt, 25pt, 22pt, 19pt)", "(34pt,)")
    check = run_check(least)
    longest = case(check, "sample", "longest")
    assert longest["fault"]["field"] == "holder"
    assert not longest["is_blocking"]
    actions.activate_version(version=draft, actor=administrator)


@pytest.mark.parametrize(
    ("added", "kind"),
    [
        ("漢", FaultKind.NO_GLYPH),
        ('#image("/lib/1/emblem.svg", width: 5mm)', FaultKind.NO_ALT),
        ("#set document(title: none)", FaultKind.NO_TITLE),
        ("#pagebreak() x", FaultKind.NOT_ONE_PAGE),
        ("#set page(width: 310mm)", FaultKind.OTHER_PAGE),
        ("#x", FaultKind.CODE),
    ],
)
def test_a_fault_that_would_stop_issuing_fails_the_check(
    run_check, draft, administrator, added, kind
):
    at = draft.source.index("#set align(center)")
    source = draft.source[:at] + added + "\n" + draft.source[at:]
    check = run_check(source if kind is not FaultKind.NOT_ONE_PAGE else draft.source + added)
    assert {case["fault"]["kind"] for case in check.cases} >= {kind.value}
    with pytest.raises(RenderCheckFailed):
        actions.activate_version(version=draft, actor=administrator)


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("/../../../../../../etc/passwd")',
        '#read("/lib/../../../../../../etc/passwd")',
        '#image("/manage.py")',
    ],
)
def test_a_draft_cannot_read_files_outside_its_folder(source):
    fault = fault_of(source)
    assert fault.kind is FaultKind.CODE
    assert "root:" not in fault.message


@pytest.mark.parametrize(
    "source",
    [
        '#import "@preview/cetz:0.3.4": canvas',
        '#import ("@preview/" + "cetz:0.3.4"): canvas',
        '#include "/main.typ"',
        '#eval("import \\"@preview/cetz:0.3.4\\"")',
        '#dictionary(std).at("ev" + "al")("1")',
        '#plugin("x.wasm")',
    ],
)
def test_a_draft_cannot_import_foreign_code(source):
    fault = fault_of(f"= A\n\n{source}")
    assert (fault.kind, fault.line) == (FaultKind.FOREIGN_CODE, 3)


def test_the_sandbox_never_uses_the_network(monkeypatch):
    """Even where the words of a source were let through."""
    # An address that no other test uses: some look for free ports of 127.0.0.1 and try them later.
    with socket.create_server(("127.0.0.9", 0)) as listening:
        listening.settimeout(3)
        proxy = "http://{}:{}".format(*listening.getsockname())
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.setattr("certificates.rendering.design._REACHES_OUT", _NOTHING)
        requests = []
        waiting = threading.Thread(target=_accept, args=(listening, requests))
        waiting.start()
        fault = fault_of('#import "@preview/cetz:0.3.4": canvas')
        waiting.join()
    assert "package" in fault.message
    assert [request for request in requests if b"typst" in request] == []


def _accept(listening, requests):
    """Record the requests to the proxy; threads of other tests may send some, too."""
    with suppress(TimeoutError):
        while True:
            connection, _sender = listening.accept()
            with connection:
                connection.settimeout(1)
                requests.append(connection.recv(4096))


class _NOTHING:
    @staticmethod
    def search(_source):
        return None


@pytest.mark.parametrize(
    "source",
    [
        "#let a = 0\n#for i in range(100000) { for j in range(100000) { a += 1 } }",
        "#let a = range(10000000).map(str)\n#let b = range(100000000).map(str)",
    ],
    ids=["time", "memory"],
)
def test_a_draft_that_needs_too_much_is_stopped(source):
    assert fault_of(source).kind is FaultKind.TOO_DEMANDING


def test_a_repeated_check_changes_nothing(run_check, draft):
    check = run_check()
    tasks.render_template_check(check.pk)
    check.refresh_from_db()
    assert (check.status, RenderCheck.objects.count()) == ("passed", 1)


def test_the_longest_answers_to_each_question_are_chosen(certificate, programme):
    assert list(Certificate.objects.longest_of(programme, 1)) == [certificate]


@pytest.mark.usefixtures("_tasks_are_known")
def test_a_check_asked_for_again_settles_the_one_that_failed(draft, administrator, monkeypatch):
    actions.request_render_check(version=draft, actor=administrator)
    with monkeypatch.context() as patch:
        patch.setattr(render_checks.rendering, "render_in_sandbox", lambda *_a, **_b: 1 / 0)
        fail_for_good()
    assert OutboxEvent.objects.parked().exists()
    actions.request_render_check(version=draft, actor=administrator)
    assert not OutboxEvent.objects.parked().exists()
    assert RenderCheck.objects.get().is_running
