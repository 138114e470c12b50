"""A version is tried against the longest past data before documents are made by it."""

import dataclasses
import socket
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import register_person
from certificates import tasks
from certificates.document_templates import actions
from certificates.document_templates.actions import Drawing, NotTried, TrialRefused
from certificates.models import Certificate, TemplateTrial
from certificates.rendering import FaultKind, starter, try_out
from tests.support.documents import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(site):
    return register_person(email="admin@example.org", password="pw", display_name="Управляющая")


@pytest.fixture
def draft(programme, administrator):
    return actions.begin_from(version=programme.template.active, actor=administrator)


@pytest.fixture
def tried(draft, administrator, deliver):
    """The draft with another source, after its trial."""

    def run(source=None):
        changed = Drawing(
            source or draft.source,
            draft.is_landscape,
            draft.seal_left,
            draft.seal_top,
            draft.seal_width,
            draft.seal_height,
        )
        actions.write_draft(
            version=draft, drawing=changed, expected_digest=draft.digest, actor=administrator
        )
        actions.ask_for_trial(version=draft)
        deliver()
        return TemplateTrial.objects.get()

    return run


def fault_of(source, name="publication", **changes):
    design = dataclasses.replace(starter(name), source=source)
    facts = dataclasses.replace(sample("publication"), **changes)
    return try_out(design, [facts], ppi=36)[0].fault


def case(trial, what, which, language="ru"):
    return next(
        case
        for case in trial.cases
        if (case["what"], case["which"], case["language"]) == (what, which, language)
    )


def test_all_samples_and_the_past_are_tried_in_both_languages(tried, certificate):
    trial = tried()
    assert (trial.state, trial.tried) == ("passed", len(trial.cases))
    assert {(case["what"], case["language"]) for case in trial.cases} == {
        (what, language) for what in ("sample", "certificate") for language in ("ru", "en")
    }
    longest = case(trial, "sample", "longest")
    assert ["holder", 25.0, 34.0] in longest["shrunk"]
    assert case(trial, "certificate", certificate.number)["fault"] is None


def test_a_trial_stores_nothing_that_was_typed(tried, certificate):
    assert certificate.holder.split()[0] not in str(tried().cases)


def test_what_passed_is_put_to_use_and_the_one_before_retires(tried, draft, administrator):
    tried()
    actions.activate_version(version=draft, actor=administrator)
    states = {version.number: version.state for version in draft.template.versions.all()}
    assert states == {1: "retired", 2: "active"}
    acts = [event.action for event in draft.template.events.all()]
    assert acts[-2:] == ["template.retired", "template.activated"]


def test_new_documents_are_made_by_it_and_old_ones_keep_theirs(
    tried, draft, administrator, certificate
):
    tried(draft.source.replace("#v(1mm)\n#pdf.artifact", "#v(2mm)\n#pdf.artifact"))
    actions.activate_version(version=draft, actor=administrator)
    certificate.refresh_from_db()
    assert certificate.facts["template"] == "publication/1"
    assert str(certificate.programme.template.active) == "publication/2"


def test_without_a_trial_nothing_is_put_to_use(draft, administrator):
    with pytest.raises(NotTried):
        actions.activate_version(version=draft, actor=administrator)


def test_a_trial_of_another_source_does_not_count(tried, draft, administrator):
    tried()
    draft.refresh_from_db()
    drawing = Drawing(draft.source + "\n", draft.is_landscape, 111.5, 158.5, 74, 19.5)
    actions.write_draft(
        version=draft, drawing=drawing, expected_digest=draft.digest, actor=administrator
    )
    with pytest.raises(NotTried):
        actions.activate_version(version=draft, actor=administrator)


def test_a_trial_of_yesterday_does_not_count(tried, draft, administrator):
    tried()
    TemplateTrial.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    with pytest.raises(NotTried):
        actions.activate_version(version=draft, actor=administrator)


def test_what_was_issued_once_must_fit(tried, draft, administrator, certificate):
    small = draft.source.replace('"title", width, 19mm', '"title", 30mm, 3mm')
    trial = tried(small)
    unfit = case(trial, "certificate", certificate.number)
    assert (unfit["fault"]["kind"], unfit["fault"]["field"]) == ("does_not_fit", "title")
    assert unfit["stands_in_the_way"]
    with pytest.raises(TrialRefused) as refusal:
        actions.activate_version(version=draft, actor=administrator)
    assert trial.cases.index(unfit) in refusal.value.extra["faults"]


def test_the_longest_sample_may_go_to_the_registrar(tried, draft, administrator):
    least = draft.source.replace("(34pt, 31pt, 28pt, 25pt, 22pt, 19pt)", "(34pt,)")
    trial = tried(least)
    longest = case(trial, "sample", "longest")
    assert longest["fault"]["field"] == "holder"
    assert not longest["stands_in_the_way"]
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
def test_what_fails_at_issue_fails_at_the_trial(tried, draft, administrator, added, kind):
    at = draft.source.index("#set align(center)")
    source = draft.source[:at] + added + "\n" + draft.source[at:]
    trial = tried(source if kind is not FaultKind.NOT_ONE_PAGE else draft.source + added)
    assert {case["fault"]["kind"] for case in trial.cases} >= {kind.value}
    with pytest.raises(TrialRefused):
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
def test_a_draft_reads_no_file_outside(source):
    fault = fault_of(source)
    assert fault.kind is FaultKind.CODE
    assert "root:" not in fault.told


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
def test_a_draft_brings_in_no_code_of_others(source):
    fault = fault_of(f"= A\n\n{source}")
    assert (fault.kind, fault.line) == (FaultKind.FOREIGN_CODE, 3)


def test_the_compiler_of_drafts_never_asks_the_network(monkeypatch):
    """Even where the words of a source were let through."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(3)
        proxy = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.setattr("certificates.rendering.designs._REACHES_OUT", _NOTHING)
        came = []
        waiting = threading.Thread(target=_accept, args=(listening, came))
        waiting.start()
        fault = fault_of('#import "@preview/cetz:0.3.4": canvas')
        waiting.join()
    assert "package" in fault.told
    assert came == []


def _accept(listening, came):
    try:
        came.append(listening.accept())
    except TimeoutError:
        return


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
def test_a_draft_that_asks_too_much_is_ended(source):
    assert fault_of(source).kind is FaultKind.TOO_DEMANDING


def test_a_repeated_trial_changes_nothing(tried, draft):
    trial = tried()
    tasks.render_trial(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, TemplateTrial.objects.count()) == ("passed", 1)


def test_the_longest_of_every_question_is_found(certificate, programme):
    assert list(Certificate.objects.longest_of(programme, 1)) == [certificate]
