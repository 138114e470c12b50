from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role

PASSWORD = "otklik-demo-2024"  # noqa: S105  — the demo's, printed on its front page


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    name: str
    description: str | Promise
    role: Role.Name | None = None


READER = DemoPerson("reader@demo.example", "Ольга Савельева", _("reader"))
SECOND_READER = DemoPerson("second@demo.example", "Игорь Пряхин", _("another reader"))
EDITOR = DemoPerson("editor@demo.example", "Марина Белова", _("editor"), Role.Name.EDITOR)
REGISTRAR = DemoPerson(
    "registrar@demo.example", "Павел Дроздов", _("registrar"), Role.Name.REGISTRAR
)
ADMINISTRATOR = DemoPerson(
    "admin@demo.example", "Нина Орлова", _("administrator"), Role.Name.ADMINISTRATOR
)
PEOPLE = (READER, SECOND_READER, EDITOR, REGISTRAR, ADMINISTRATOR)
