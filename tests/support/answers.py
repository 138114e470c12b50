"""A complete application for a certificate of publication."""

ANSWERS = {
    "surname": "Иванова",
    "given_name": "Мария",
    "patronymic": "Петровна",
    "position": "учитель математики",
    "institution": "МБОУ «Школа № 5» города Калуги",
    "title": "Развитие речи младших школьников",
    "url": "https://vesti.example/articles/42/",
    "email": "ivanova@yandex.ru",
}
