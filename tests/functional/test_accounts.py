"""An account's own journeys in a real browser: passkeys, the second step, a slip in the address."""

import re
import urllib.request

import pytest
from allauth.mfa.totp.internal import auth
from playwright.sync_api import expect

from demo.people import PASSWORD
from devserver import processes
from devserver.embedded import valkey
from devserver.supervisor import start, stop
from tests.support.browser.people import agree, new_reader
from tests.support.openid import CLIENT_ID, SECRET, OpenIDProvider
from tests.support.serving import serving
from tests.support.waiting import wait_for


@pytest.fixture
def person(_look_where_the_processes_do, request):
    """A reader of this test's own."""
    name = request.node.name.partition("[")[0].removeprefix("test_")
    email = f"{name[:40]}@example.org"
    name = name.replace("_", " ")[:50]
    return new_reader(email, name)


@pytest.fixture
def sign_in(page):
    def act(person, then="/", origin=""):
        page.goto(f"{origin}/accounts/login/?next={then}")
        page.locator("input[name=login]").fill(person.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Войти", exact=True).click()

    return act


def with_authenticator(page):
    """A device that has a fingerprint reader and approves."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def confirm(page):
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Подтвердить").click()


def sign_out(page, origin=""):
    page.goto(f"{origin}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Выйти").click()


def test_a_passkey_signs_in_without_a_password(page, person, sign_in, stack):
    origin = stack.url.replace("127.0.0.1", "localhost")  # passkeys need a name, not a number
    with_authenticator(page)
    sign_in(person, "/accounts/2fa/webauthn/add/", origin)
    confirm(page)
    page.get_by_role("button", name="Добавить ключ доступа").click()
    expect(page.locator("main")).to_contain_text("Резервные коды")
    sign_out(page, origin)
    page.goto(f"{origin}/accounts/login/?next=/accounts/profile/")
    page.get_by_role("button", name="Войти по ключу доступа").click()
    expect(page).to_have_url(re.compile("/accounts/profile/"))
    expect(page.locator("input[name=display_name]")).to_have_value(person.display_name)


def test_the_second_step_is_asked_and_a_wrong_code_says_so(page, person, sign_in):
    sign_in(person, "/accounts/2fa/totp/activate/")
    confirm(page)
    secret = page.locator("main code").inner_text()
    page.locator("input[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Включить").click()
    expect(page.locator("main")).to_contain_text("Резервные коды")
    sign_out(page)
    sign_in(person, "/accounts/profile/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Второй шаг")
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button", name="Войти", exact=True).click()
    expect(page.locator("main")).to_contain_text("Код неверный")


def test_a_slip_in_the_address_is_offered_and_taken_by_one_click(page):
    page.goto("/accounts/signup/")
    page.locator("input[name=email]").fill("anna@gmial.com")
    page.locator("input[name=email]").blur()
    page.get_by_role("button", name="anna@gmail.com").click()
    expect(page.locator("input[name=email]")).to_have_value("anna@gmail.com")


def test_the_data_of_a_person_come_as_a_file(page, person, sign_in, email_to):
    sign_in(person, "/accounts/data/")
    page.get_by_role("button", name="Подготовить файл").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.locator("main")).to_contain_text("Мы готовим файл")
    email_to(person.email, "Ваши данные готовы")
    page.goto("/accounts/data/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать").click()
    assert download.value.suggested_filename == "otklik-my-data.zip"


@pytest.fixture
def elsewhere():
    """Another site, on a different origin, where Anna has an account."""
    with serving(OpenIDProvider()) as server:
        yield server


@pytest.fixture
def beside_it(stack, elsewhere):
    """The product configured with a sign-in provider."""
    port = valkey.free_port()
    provider = {
        "OIDC_ISSUER": elsewhere.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": "Институт",
    }
    environment = stack.environment | provider
    web = start(processes.web(port), logs=stack.directory / "beside", environment=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: is_ready(url))
        yield url
    finally:
        stop([web])


def is_ready(url):
    try:
        return urllib.request.urlopen(f"{url}/readyz").status == 200
    except OSError:
        return False


def test_one_comes_from_another_site_and_chooses_a_name(page, beside_it, elsewhere):
    elsewhere.person |= {"email_verified": True}
    page.goto(f"{beside_it}/accounts/login/?next=/accounts/profile/")
    page.get_by_role("link", name="Институт").click()
    page.get_by_role("button", name="Продолжить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Последний шаг")
    page.locator("input[name=display_name]").fill("Анна из Института")
    agree(page)
    page.get_by_role("button", name="Зарегистрироваться").click()
    expect(page.locator("input[name=display_name]")).to_have_value("Анна из Института")


def code_of(secret):
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def test_a_new_code_is_counted_down_to(page):
    page.clock.install()
    page.goto("/accounts/login/code/")
    page.locator("input[name=email]").fill("nobody@example.org")
    page.locator("main form .button--primary").click()
    again = page.get_by_role("button", name=re.compile(r"Новый код через \d+ с"))
    expect(again).to_be_disabled()
    page.clock.run_for(31_000)
    again = page.get_by_role("button", name="Прислать новый код")
    expect(again).to_be_enabled()
    # The server's clock has not moved: it says so on the same page.
    again.click()
    expect(page.get_by_text("Новый можно будет попросить через")).to_be_visible()
    expect(page).to_have_url(re.compile("/accounts/login/code/confirm/"))
