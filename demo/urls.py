from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.front_page, name="home"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("demo/mail/", views.mailbox, name="mailbox"),
    path("demo/mail/<str:name>/", views.letter, name="letter"),
    path("demo/mail/<str:name>/html/", views.letter_html, name="letter-html"),
]
