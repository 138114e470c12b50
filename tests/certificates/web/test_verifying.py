import pytest

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
