from django.urls import path, re_path

from certificates.web import (
    application_form,
    applications,
    claim_by_code,
    imports,
    my_certificates,
    programmes,
    register,
    registrar,
    templates,
    verifying,
)

app_name = "certificates"
urlpatterns = [
    path("programmes/", applications.programmes, name="programmes"),
    path("programmes/<slug:slug>/", application_form.programme, name="programme"),
    path(
        "programmes/<slug:slug>/preview.png",
        application_form.visitor_preview,
        name="visitor-preview",
    ),
    path("applications/", applications.applications, name="applications"),
    path("applications/<int:application_id>/", applications.application, name="application"),
    path("applications/<int:application_id>/edit/", application_form.edit, name="edit"),
    path("applications/<int:application_id>/preview.png", application_form.preview, name="preview"),
    path(
        "applications/<int:application_id>/files/<int:file_id>/", application_form.file, name="file"
    ),
    path(
        "applications/<int:application_id>/confirmation/",
        applications.confirmation,
        name="confirmation",
    ),
    path("applications/<int:application_id>/withdrawal/", applications.withdraw, name="withdraw"),
    path("certificates/", my_certificates.certificates, name="certificates"),
    path("certificates/claim/", claim_by_code.request_code, name="claim"),
    path("certificates/claim/code/", claim_by_code.enter_code, name="claimed"),
    path("certificates/<str:number>/", my_certificates.certificate, name="certificate"),
    path("certificates/<str:number>/document/", my_certificates.document, name="document"),
    path("certificates/<str:number>/correction/", my_certificates.correct, name="correct"),
    path("certificates/<str:number>/email/", my_certificates.resend, name="resend"),
    path("certificates/<str:number>/privacy/", my_certificates.privacy, name="privacy"),
    path("registrar/", registrar.queue, name="registrar"),
    path("registrar/approvals/", registrar.approve_many, name="approve-many"),
    re_path(
        r"^registrar/(?P<status>returned|approved|rejected)/$", registrar.decided, name="decided"
    ),
    path(
        "registrar/applications/<int:application_id>/",
        registrar.application,
        name="registrar-application",
    ),
    path("registrar/applications/<int:application_id>/decision/", registrar.decide, name="decide"),
    path("registrar/certificates/", register.register, name="register"),
    path("registrar/certificates/<str:number>/", register.entry, name="register-entry"),
    path("registrar/certificates/<str:number>/revocation/", register.revoke, name="revoke"),
    path("registrar/certificates/<str:number>/erasure/", register.erase, name="register-erase"),
    path("registrar/certificates/<str:number>/email/", register.resend, name="register-resend"),
    path("registrar/templates/", templates.templates, name="registrar-templates"),
    path(
        "registrar/templates/<int:template_id>/<str:language>.png",
        templates.sample_image,
        name="template-sample",
    ),
    path("registrar/programmes/", programmes.programmes, name="registrar-programmes"),
    path("registrar/programmes/new/", programmes.new, name="programme-new"),
    path("registrar/programmes/<slug:slug>/", programmes.settings, name="programme-settings"),
    path("registrar/programmes/<slug:slug>/form/", programmes.form, name="programme-form"),
    path(
        "registrar/programmes/<slug:slug>/form/preview/",
        programmes.form_preview,
        name="programme-form-preview",
    ),
    path("registrar/imports/", imports.imports, name="imports"),
    path("registrar/imports/<int:import_id>/", imports.one, name="import"),
    path("registrar/imports/<int:import_id>/columns/", imports.columns, name="import-columns"),
    path("registrar/imports/<int:import_id>/run/", imports.run, name="import-run"),
    path("registrar/imports/<int:import_id>/pause/", imports.pause, name="import-pause"),
    path("registrar/imports/<int:import_id>/resume/", imports.resume, name="import-resume"),
    path("registrar/imports/<int:import_id>/mend.xlsx", imports.mend, name="import-mend"),
    path("registrar/imports/<int:import_id>/archive.zip", imports.archive, name="import-archive"),
    path("v/<str:code>/", verifying.code, name="verify-code"),
    path("v/<str:code>/document/", verifying.code_document, name="code-document"),
    path("v/<str:code>/archive/", verifying.code_archive, name="code-archive"),
    path("verify/", verifying.verify, name="verify"),
]
