"""Each table over an enum names all of its values, so that a new value cannot be forgotten."""

import pytest
from django.template.loader import render_to_string

from certificates.admin import labels
from certificates.document_templates.render_checks import LANGUAGES, CaseKind
from certificates.form.defaults import DEFAULT_TEMPLATES
from certificates.form.samples import Length
from certificates.models import CertificateEvent, TemplateEvent, TemplateImage
from certificates.rendering import FaultKind, ImageRole, sandbox, starters
from certificates.signing import SealVerdict
from certificates.states import (
    CERTIFICATE_STEPS,
    RENDER_CHECK_STEPS,
    TEMPLATE_STEPS,
    CertificateStatus,
    RenderCheckStatus,
    TemplateStatus,
)
from certificates.verification import verify
from certificates.verification.verify import Finding, VerificationResult


@pytest.mark.parametrize("actions", [CertificateEvent.Action, TemplateEvent.Action])
def test_each_audit_action_has_a_label_of_its_own(actions):
    names = [str(action.label) for action in actions]
    assert all(names)
    assert len(set(names)) == len(names)


def test_each_status_of_a_certificate_has_a_finding():
    assert set(verify._FINDINGS) == set(CertificateStatus)


def test_each_verdict_on_a_seal_is_either_unreadable_or_decided_by_the_data():
    decided_by_data = {
        SealVerdict.OURS,
        SealVerdict.FOREIGN,
        SealVerdict.ALTERED,
        SealVerdict.UNSEALED,
        SealVerdict.UNCHECKABLE,
    }
    assert set(verify._UNREADABLE) == set(SealVerdict) - decided_by_data


# These also show the certificate, so only the tests of verification with a database render them.
_WITH_CERTIFICATE = {
    Finding.VALID,
    Finding.EXPIRED,
    Finding.SUPERSEDED,
    Finding.REVOKED,
    Finding.ALTERED,
}


@pytest.mark.parametrize("finding", sorted(set(Finding) - _WITH_CERTIFICATE))
def test_each_finding_has_a_sentence_on_the_page(finding):
    html = render_to_string(
        "certificates/verdict_sentence.html",
        {"verdict": VerificationResult(finding), "typed": "CB"},
    )
    assert "verdict-title" in html


def test_each_fault_of_a_template_has_a_sentence():
    assert set(sandbox._SENTENCES) == set(FaultKind)


def test_each_case_of_a_render_check_has_a_label():
    assert set(labels._LENGTHS) == set(Length)
    assert set(labels._PAST_DATA) == set(CaseKind) - {CaseKind.SAMPLE}
    assert set(labels._LANGUAGES) == set(LANGUAGES)


def test_each_image_role_of_the_database_is_one_of_the_renderer():
    assert set(TemplateImage.Role.values) == {role.value for role in ImageRole}


def test_each_default_template_has_a_page():
    assert set(starters._PAGES) == set(DEFAULT_TEMPLATES)


@pytest.mark.parametrize(
    ("steps", "statuses", "final"),
    [
        (CERTIFICATE_STEPS, CertificateStatus, {CertificateStatus.REVOKED}),
        (TEMPLATE_STEPS, TemplateStatus, {TemplateStatus.RETIRED}),
        (
            RENDER_CHECK_STEPS,
            RenderCheckStatus,
            {RenderCheckStatus.PASSED, RenderCheckStatus.FAILED},
        ),
    ],
    ids=["certificate", "template", "render check"],
)
def test_each_status_has_steps_or_is_final(steps, statuses, final):
    for status in statuses:
        assert any(steps.allows(status, other) for other in statuses) is (status not in final)
