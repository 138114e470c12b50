from accounts.models import User
from demo.people import READER


def test_browser_models_and_processes_see_the_same_publication(page, stack):
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "ru"
    assert User.objects.filter(email=READER.email).exists()
