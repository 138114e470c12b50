"""The demo publication itself, made by the same actions that people use."""

from datetime import date

from django.conf import settings

from accounts.actions import (
    ConsentSource,
    answer_consents,
    current_texts,
    grant_role,
    install_default_consents,
    register_person,
)
from accounts.models import Role, User
from certificates.programmes import install_default_programmes
from comments.actions import install_default_rules, install_default_word_lists
from comments.models import EmailSettings
from core.models import Site
from demo import conversation
from demo.people import PASSWORD, PEOPLE, DemoPerson


def load() -> None:
    site = _site()
    install_default_consents(site=site, actor=None)
    for person in PEOPLE:
        _register(person, site)
    install_default_rules(site=site)
    # Appeals are off by default; the demo is there to try them.
    EmailSettings.objects.get_or_create(site=site, defaults={"appeal_days": 14})
    install_default_word_lists(site=site)
    install_default_programmes(site=site)
    conversation.load(site)


def _site() -> Site:
    # `make run` loads the demo again when it has changed.
    site, _ = Site.objects.update_or_create(
        slug="vesti",
        defaults={
            "name_ru": "Вести образования",
            "name_en": "Education News",
            "legal_name_ru": "Сетевое издание «Вести образования»",
            "legal_name_en": "Education News, an online publication",
            "registration_number": "ЭЛ № ФС 00-00000",
            "registered_on": date(2019, 3, 14),
            "founder_ru": "АНО «Редакция „Вести образования“»",
            "founder_en": "Education News Editorial Office (non-profit)",
            "editor_in_chief_ru": "М. А. Белова",
            "editor_in_chief_en": "Marina Belova",
            "complaints_email": "redaktor@demo.example",
            "origins": [settings.BASE_URL],
        },
    )
    return site


def _register(person: DemoPerson, site: Site) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = register_person(email=person.email, password=PASSWORD, display_name=person.name)
    answer_consents(user=user, given=current_texts(site), refused=(), source=ConsentSource("demo"))
    if person.role == Role.Name.ADMINISTRATOR and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    if person.role:
        grant_role(user=user, site=site, name=person.role, actor=None)
    return user
