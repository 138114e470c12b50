import pytest
from django.utils import timezone

from certificates.models import Certificate

pytestmark = pytest.mark.django_db


def test_the_qr_url_shows_what_the_document_certifies(client, certificate):
    page = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert "Свидетельство действительно" in page
    assert "Иванова Мария Петровна" in page
    assert "Развитие речи младших школьников" in page
    assert "Вести образования" in page


def test_by_number_alone_the_name_is_masked(client, certificate):
    page = client.get("/verify/", {"number": certificate.number}).content.decode()
    assert "Свидетельство действительно" in page
    assert "И****** М. П." in page
    assert "Иванова" not in page


@pytest.mark.parametrize("typed", ["свСпелл", "cb 2026 00001"])
def test_nonsense_is_a_slip(client, certificate, typed):
    page = client.get("/verify/", {"number": typed})
    assert "В номере или коде опечатка" in page.content.decode()


def test_a_number_may_be_typed_in_russian_letters(client, certificate):
    typed = certificate.number.lower().replace("c", "с").replace("b", "в").replace("-", " ")
    page = client.get("/verify/", {"number": f"№ {typed}"}).content.decode()
    assert "Свидетельство действительно" in page


def test_the_public_answer_shows_no_email_address(client, certificate):
    page = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert "ivanova@" not in page


LOOK_ALIKES = str.maketrans("ABCEHKMPTX", "АВСЕНКМРТХ")


@pytest.mark.parametrize(
    "pasted",
    [
        "код {code}",
        "{code}.",
        "https://vesti.example/v/{code}/",
        "№ {number} от 30 ноября 2026 г.",
        "Свидетельство о публикации № {number}",
        "{number_with_dashes}",
        "{number_in_cyrillic}",
    ],
)
def test_what_people_paste_is_found(client, certificate, pasted):
    number = certificate.number
    typed = pasted.format(
        code=certificate.printed_code,
        number=number,
        number_with_dashes=number.replace("-", " – "),
        number_in_cyrillic=number.translate(LOOK_ALIKES).lower(),
    )
    answer = client.get("/verify/", {"number": typed})
    assert answer.status_code == 200
    assert "Свидетельство действительно" in answer.content.decode()


def title_of(answer):
    title = answer.content.decode().split("<title>")[1].split("</title>")[0]
    return " ".join(title.split())


def test_title_of_the_page_says_the_verdict(client, certificate):
    assert title_of(client.get(f"/v/{certificate.printed_code}/")).startswith(
        "Свидетельство действительно — "
    )
    slip = client.get("/verify/", {"number": "XX-0000"})
    assert title_of(slip).startswith("В номере или коде опечатка — ")


def test_the_field_of_a_mistyped_number_says_so(client, certificate):
    page = client.get("/verify/", {"number": "XX-0000"}).content.decode()
    field = page.split('<input id="number"')[1].split(">")[0]
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="number-help number-error"' in field
    assert 'id="number-error"' in page
    valid = client.get("/verify/", {"number": certificate.number}).content.decode()
    assert "aria-invalid" not in valid


def test_whoever_has_the_code_sees_a_picture(client, certificate):
    address = f"/v/{certificate.printed_code}/picture/"
    assert f'src="{address}"' in client.get(f"/v/{certificate.printed_code}/").content.decode()
    picture = client.get(address)
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "private" in picture["Cache-Control"]


def test_by_number_alone_there_is_no_picture(client, certificate):
    page = client.get("/verify/", {"number": certificate.number}).content.decode()
    assert "/picture/" not in page
    assert client.get(f"/v/{certificate.number}/picture/").status_code == 404


def test_picture_is_erased_with_the_person(client, certificate, registrar):
    Certificate.objects.filter(pk=certificate.pk).update(erased_at=timezone.now())
    assert client.get(f"/v/{certificate.printed_code}/picture/").status_code == 404
    assert "/picture/" not in client.get(f"/v/{certificate.printed_code}/").content.decode()


def test_the_seal_is_told_in_plain_words(client, certificate):
    page = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert "По электронной печати видно" in page
    assert "независимая служба его не подтверждала" in page
    assert page.index("<details") < page.index("PAdES B-B")


def test_english_page_has_english_labels_and_marks_russian_values(client, certificate):
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = client.get(f"/v/{certificate.printed_code}/").content.decode()
    assert '<dt lang="en">Title of the material</dt>' in page
    assert '<dd lang="ru">Развитие речи младших школьников</dd>' in page
    assert "Название материала" not in page
