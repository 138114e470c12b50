import pytest
from django.test import Client

from accounts.actions import grant_role, register_person
from accounts.models import Role


@pytest.fixture
def administrator(site):
    user = register_person(email="admin@example.org", password="pw", display_name="Управляющая")
    grant_role(user=user, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


@pytest.fixture
def desk(administrator):
    client = Client()
    client.force_login(administrator)
    return client
