from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.front_page, name="home"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("demo/mail/", views.mailbox, name="mailbox"),
    path("demo/mail/<str:name>/", views.email, name="email"),
    path("demo/mail/<str:name>/html/", views.email_html, name="email-html"),
]
