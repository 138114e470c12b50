from django.urls import path, re_path

from certificates.api import register, views

urlpatterns = [
    path("programmes/", views.ProgrammesView.as_view(), name="api-programmes"),
    path("programmes/<slug:slug>/", views.ProgrammeView.as_view(), name="api-programme"),
    path("applications/", views.ApplicationsView.as_view(), name="api-applications"),
    path(
        "applications/<int:application_id>/",
        views.ApplicationView.as_view(),
        name="api-application",
    ),
    re_path(
        r"^applications/(?P<application_id>[0-9]{1,19})/preview\.(?P<form>png|pdf)$",
        views.PreviewView.as_view(),
        name="api-preview",
    ),
    path(
        "applications/<int:application_id>/answers/<str:question>/file/",
        views.AnswerFileView.as_view(),
        name="api-answer-file",
    ),
    path(
        "applications/<int:application_id>/confirmation/",
        views.ConfirmationView.as_view(),
        name="api-confirmation",
    ),
    path(
        "applications/<int:application_id>/decisions/",
        views.ApplicationDecisionsView.as_view(),
        name="api-decisions",
    ),
    path("certificates/", views.CertificatesView.as_view(), name="api-certificates"),
    path("certificates/<str:number>/", register.CertificateView.as_view(), name="api-certificate"),
    path("certificates/<str:number>/document/", views.DocumentView.as_view(), name="api-document"),
    path("certificates/<str:number>/archive/", views.ArchiveView.as_view(), name="api-archive"),
    path(
        "certificates/<str:number>/revocation/",
        register.RevocationView.as_view(),
        name="api-revocation",
    ),
    path("certificates/<str:number>/email/", register.EmailView.as_view(), name="api-email"),
    path(
        "certificates/<str:number>/correction/",
        register.CorrectionView.as_view(),
        name="api-correction",
    ),
    path("certificates/<str:number>/privacy/", register.PrivacyView.as_view(), name="api-privacy"),
    path("certificates/<str:number>/erasure/", register.ErasureView.as_view(), name="api-erasure"),
    path("verify/", views.VerifyView.as_view(), name="api-verify"),
    path("verify/<str:code>/", views.VerdictView.as_view(), name="api-verdict"),
]
