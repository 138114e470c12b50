"""A registrar's table of certificates to issue, as a spreadsheet."""

from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.imports.tables import write_table

HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
HEADER += ["Ссылка на публикацию", "Электронная почта"]


def row(surname="Иванова", email="", title="Развитие речи"):
    link = "https://vesti.example/1/"
    return [surname, "Мария", "Петровна", "учитель", "МБОУ «Школа № 5»", title, link, email]


def xlsx(*rows, header=HEADER):
    return SimpleUploadedFile("Участники.xlsx", write_table(header, rows))
