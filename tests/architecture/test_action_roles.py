"""Every action requires the permission that it needs, in addition to the view that calls it.

The actions are found in the source, so a new one that leaves the question to its view fails here.
"""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from accounts.actions import Subject
from accounts.models import ConsentText, Role, Sanction
from accounts.permissions import PERMISSIONS, Permission
from certificates.applications.corrections import start_correction
from certificates.delivery.actions import resend_email, show_name
from certificates.document_templates.render_checks import draw_sample
from certificates.models import Application, Certificate, Import, Programme, TemplateVersion
from comments.actions import edit_comment, make_appeal, withdraw_comment
from comments.models import Appeal, BulkDecision, Comment, Complaint, DryRun
from core.errors import NotFound, NotPermitted
from tests.support.doors import HOME
from tests.support.people import new_person
from tests.support.undoing import undone
from webhooks.models import Delivery, Endpoint

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "comments", "certificates", "webhooks")
# They only read requests and call actions.
DOORS = {"web", "api", "admin", "migrations", "management"}
ACTORS = {"actor", "editor"}
# The permission of every action below a path; the longest path counts.
NEEDED = {
    "comments.": Permission.MODERATE,
    "comments.house_rules.": Permission.EDIT_RULEBOOK,
    "certificates.": Permission.DECIDE_APPLICATIONS,
    "certificates.programmes": Permission.EDIT_PROGRAMMES,
    "certificates.document_templates.": Permission.EDIT_TEMPLATES,
    "webhooks.": Permission.ADMINISTER,
    "accounts.": Permission.ADMINISTER,
    "accounts.actions.sanctions": Permission.MODERATE,
}


def found():
    """Yield the module and the name of every action with an actor."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if DOORS.isdisjoint(parts):
                yield from ((".".join(parts), name) for name in actions_in(path))


def actions_in(path):
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        decorators = " ".join(map(ast.unparse, node.decorator_list))
        is_action = "atomic" in decorators or "bounded" in decorators
        if is_action and ACTORS & {argument.arg for argument in node.args.kwonlyargs}:
            yield node.name


ACTIONS = sorted(found())


def permission_of(module):
    return NEEDED[max((path for path in NEEDED if module.startswith(path)), key=len)]


@pytest.fixture
def rows(site, there):
    """The rows that actions are about, by the names of their parameters."""
    comment = Comment.objects.get(pk=there["comment_id"])
    version = TemplateVersion.objects.filter(template_id=there["template_id"]).latest("number")
    return {
        "site": site,
        "comment": comment,
        "thread": comment.thread,
        "appeal": Appeal.objects.get(pk=there["appeal_id"]),
        "bulk_decision": BulkDecision.objects.get(pk=there["bulk_decision_id"]),
        "complaint": Complaint.objects.get(pk=there["complaint_id"]),
        "run": DryRun.objects.get(pk=there["dry_run_id"]),
        "application": Application.objects.get(pk=there["application_id"]),
        "certificate": Certificate.objects.get(number=there["number"]),
        "programme": Programme.objects.get(slug=there["slug"]),
        "source": Import.objects.get(pk=there["import_id"]),
        "version": version,
        "template": version.template,
        "endpoint": Endpoint.objects.get(pk=there["endpoint_id"]),
        "delivery": Delivery.objects.get(pk=there["delivery_id"]),
        "role": Role.objects.get(pk=there["role_id"]),
        "sanction": Sanction.objects.get(pk=there["sanction_id"]),
        "row": site,
        "site_of": lambda row: row,
        "subject": Subject.domain("third.example"),
        "kind": Sanction.Kind.BAN,
        "email": "else@example.org",
    }


@pytest.fixture
def holders(site, people, neighbour):
    """Staff of the publication by their roles, and people who have none in it."""
    foreign = new_person("foreign@example.org", "Чужая")
    for name in Role.Name.values:
        Role.objects.create(user=foreign, site=neighbour, name=name)
    # The page of the publication holds a token of an administrator.
    by_token = new_person("token@example.org", "Токен", role=Role.Name.ADMINISTRATOR, site=site)
    by_token.widget_origin = HOME
    asleep = new_person("asleep@example.org", "Спящая", role=Role.Name.ADMINISTRATOR, site=site)
    asleep.is_active = False
    return {
        **{name: people[name] for name in Role.Name.values},
        "nobody": people["reader"],
        "foreign": foreign,
        "by token": by_token,
        "switched off": asleep,
    }


def is_refused(action, arguments):
    try:
        with undone():
            action(**arguments)
    except NotPermitted:
        return True
    except Exception as error:  # noqa: BLE001 - any other outcome means that no permission was required
        return f"{type(error).__name__}: {error}"
    return "done"


def test_every_action_refuses_people_without_its_permission(rows, holders):
    faults = []
    for module, name in ACTIONS:
        action = getattr(importlib.import_module(module), name)
        parameters = inspect.signature(action).parameters.values()
        needed = [one.name for one in parameters if one.default is one.empty]
        permission = permission_of(module)
        for person, user in holders.items():
            if person in PERMISSIONS[permission]:
                continue
            arguments = {one: user if one in ACTORS else rows.get(one) for one in needed}
            if module == "accounts.actions.consents" and "text" in arguments:
                arguments["text"] = ConsentText.objects.first()
            refused = is_refused(action, arguments)
            if refused is not True:
                faults.append(f"{module}.{name} by {person}: {refused}")
    assert faults == []
    assert len(ACTIONS) > 55


def test_a_preview_of_a_template_is_drawn_for_its_administrators_alone(rows, holders):
    for person in holders.keys() - {Role.Name.ADMINISTRATOR.value}:
        with pytest.raises(NotPermitted):
            draw_sample(rows["version"], None, None, "ru", actor=holders[person])


def test_what_is_a_persons_own_is_changed_by_nobody_else(rows, holders, there, people):
    """The staff cannot act in the place of the owner either."""
    comment, certificate = rows["comment"], rows["certificate"]
    removed = rows["appeal"].comment
    for person in holders.keys() - {"nobody"}:
        user = holders[person]
        for act in (
            lambda user=user: withdraw_comment(comment=comment, author=user),
            lambda user=user: edit_comment(comment=comment, author=user, text="Иначе"),
            lambda user=user: make_appeal(comment=removed, author=user, text="Нет"),
            lambda user=user: show_name(certificate=certificate, holder=user, public=True),
            lambda user=user: start_correction(certificate=certificate, holder=user),
        ):
            with pytest.raises((NotFound, NotPermitted)), undone():
                act()
    owner = people["reader"]
    # To another address only a registrar sends it.
    with pytest.raises(NotPermitted), undone():
        resend_email(certificate=certificate, actor=owner, email="else@example.org")
    with undone():
        assert withdraw_comment(comment=comment, author=owner).state == "withdrawn"
    with undone():
        show_name(certificate=certificate, holder=owner, public=True)
        certificate.refresh_from_db()
        assert certificate.name_is_public
