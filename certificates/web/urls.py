from django.urls import path, re_path

from certificates.web import applying, holding, importing, programmes, registrar, verifying

app_name = "certificates"
urlpatterns = [
    path("programmes/", applying.programmes, name="programmes"),
    path("programmes/<slug:slug>/", applying.programme, name="programme"),
    path("applications/", applying.applications, name="applications"),
    path("applications/<int:application_id>/", applying.application, name="application"),
    path("applications/<int:application_id>/edit/", applying.edit, name="edit"),
    path("applications/<int:application_id>/preview.png", applying.preview, name="preview"),
    path(
        "applications/<int:application_id>/confirmation/",
        applying.confirmation,
        name="confirmation",
    ),
    path("applications/<int:application_id>/withdrawal/", applying.withdraw, name="withdraw"),
    path("certificates/", holding.certificates, name="certificates"),
    path("certificates/<str:number>/document/", holding.document, name="document"),
    path("registrar/", registrar.queue, name="registrar"),
    path("registrar/approvals/", registrar.approve_many, name="approve-many"),
    re_path(
        r"^registrar/(?P<state>returned|approved|rejected)/$", registrar.decided, name="decided"
    ),
    path(
        "registrar/applications/<int:application_id>/",
        registrar.application,
        name="registrar-application",
    ),
    path("registrar/applications/<int:application_id>/decision/", registrar.decide, name="decide"),
    path("registrar/programmes/", programmes.programmes, name="registrar-programmes"),
    path("registrar/programmes/new/", programmes.new, name="programme-new"),
    path("registrar/programmes/<slug:slug>/", programmes.settings, name="programme-settings"),
    path("registrar/programmes/<slug:slug>/form/", programmes.form, name="programme-form"),
    path("registrar/imports/", importing.imports, name="imports"),
    path("registrar/imports/<int:import_id>/", importing.one, name="import"),
    path("registrar/imports/<int:import_id>/columns/", importing.columns, name="import-columns"),
    path("registrar/imports/<int:import_id>/run/", importing.run, name="import-run"),
    path("registrar/imports/<int:import_id>/pause/", importing.pause, name="import-pause"),
    path("registrar/imports/<int:import_id>/resume/", importing.resume, name="import-resume"),
    path("registrar/imports/<int:import_id>/mend.xlsx", importing.mend, name="import-mend"),
    path("registrar/imports/<int:import_id>/archive.zip", importing.archive, name="import-archive"),
    path("v/<str:code>/", verifying.code, name="verify-code"),
    path("v/<str:code>/document/", verifying.code_document, name="code-document"),
    path("verify/", verifying.verify, name="verify"),
]
