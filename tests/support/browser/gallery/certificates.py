"""Pages of the electronic certificates."""

from . import acts
from .shots import Shot

VERIFYING = [
    Shot("programmes", "/programmes/"),
    Shot("programme", "/programmes/publication/"),
    Shot("programme-refused", "/programmes/publication/", acts.sent_empty),
    Shot("programme-slips", "/programmes/publication/", acts.slips_made),
    Shot("programme-two-windows", "/programmes/publication/", acts.answered_in_another_window),
    Shot("claim-by-code", "/certificates/claim/"),
    Shot("verify", "/verify/"),
    Shot("verify-unknown", "/verify/?number=ВО-2024-00000"),
    Shot("verify-found", lambda here: f"/verify/?number={here.certificate.number}"),
    Shot("verdict-valid", lambda here: f"/v/{here.certificate.code}/"),
    Shot("verdict-revoked", lambda here: f"/v/{here.revoked.code}/"),
]

APPLYING = [
    Shot("programme", "/programmes/publication/"),
    Shot("applications", "/applications/"),
    Shot("draft", lambda here: f"/applications/{here.draft.pk}/edit/"),
    Shot("draft-refused", lambda here: f"/applications/{here.draft.pk}/edit/", acts.sent_empty),
    Shot("confirming", lambda here: f"/applications/{here.ready.pk}/confirmation/"),
    Shot("waiting", lambda here: f"/applications/{here.waiting.pk}/"),
    Shot("returned", lambda here: f"/applications/{here.returned.pk}/"),
    Shot("mending", lambda here: f"/applications/{here.returned.pk}/edit/"),
    Shot("issued", lambda here: f"/applications/{here.certificate.application_id}/"),
    Shot("certificates", "/certificates/"),
    Shot("certificate", lambda here: f"/certificates/{here.certificate.number}/"),
    Shot("certificate-revoked", lambda here: f"/certificates/{here.revoked.number}/"),
]

REGISTERING = [
    Shot("queue", "/registrar/"),
    Shot("approved", "/registrar/approved/"),
    Shot("returned", "/registrar/returned/"),
    Shot("rejected", "/registrar/rejected/"),
    Shot("application", lambda here: f"/registrar/applications/{here.waiting.pk}/"),
    Shot("correction", lambda here: f"/registrar/applications/{here.correction.pk}/"),
    Shot("queue-all", "/registrar/all/?q=музей&risk=large_correction"),
    Shot("register", "/registrar/certificates/"),
    Shot("register-nothing", "/registrar/certificates/?q=нетничего"),
    Shot("register-entry", lambda here: f"/registrar/certificates/{here.certificate.number}/"),
    Shot("register-revoked", lambda here: f"/registrar/certificates/{here.revoked.number}/"),
    Shot("programmes", "/registrar/programmes/"),
    Shot("templates", "/registrar/templates/"),
    Shot("programme-new", "/registrar/programmes/new/"),
    Shot("programme-new-refused", "/registrar/programmes/new/", acts.sent_empty),
    Shot("programme", "/registrar/programmes/publication/"),
    Shot("form", "/registrar/programmes/publication/form/"),
    Shot("form-question", "/registrar/programmes/publication/form/", acts.question_opened),
    Shot("imports", "/registrar/imports/"),
    Shot("import", lambda here: f"/registrar/imports/{here.import_.pk}/"),
    Shot("import-mapping", lambda here: f"/registrar/imports/{here.import_.pk}/", acts.unfolded),
    Shot("import-asking", lambda here: f"/registrar/imports/{here.asking.pk}/"),
    Shot("import-same-rows", lambda here: f"/registrar/imports/{here.same.pk}/"),
    Shot("import-running", lambda here: f"/registrar/imports/{here.running.pk}/"),
    Shot("import-paused", lambda here: f"/registrar/imports/{here.paused.pk}/"),
    Shot("import-finished", lambda here: f"/registrar/imports/{here.finished.pk}/"),
    Shot("import-unreadable", lambda here: f"/registrar/imports/{here.unreadable.pk}/"),
    Shot("import-not-read", lambda here: f"/registrar/imports/{here.not_read.pk}/"),
    Shot("import-stopped", lambda here: f"/registrar/imports/{here.stopped.pk}/"),
    Shot("import-not-packed", lambda here: f"/registrar/imports/{here.not_packed.pk}/"),
]
