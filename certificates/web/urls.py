from django.urls import path, re_path

from certificates.web import applying, holding, registrar, verifying

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
    path("v/<str:code>/", verifying.code, name="verify-code"),
    path("v/<str:code>/document/", verifying.code_document, name="code-document"),
    path("verify/", verifying.number, name="verify"),
]
