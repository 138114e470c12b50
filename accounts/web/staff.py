"""The page where administrators manage the roles of their site."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.actions import grant_role, take_role
from accounts.models import Role, User
from accounts.permissions import Permission, access_role, find_person, require
from accounts.web.person import posted
from core.web.http import HttpRequest


class RoleForm(forms.Form):
    email = forms.EmailField(label=_("E-mail of the account"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.Name.choices)

    person: User

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        # Administrators may learn whether an e-mail address has an account. Other people must not
        # (docs/accounts.md).
        person = find_person(email)
        if person is None:
            raise forms.ValidationError(_("No account has confirmed this address."))
        self.person = person
        return email


def staff(request: HttpRequest) -> HttpResponse:
    administrator = require(request.user, Permission.ADMINISTER, request.site)
    form = RoleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        name = Role.Name(form.cleaned_data["role"])
        grant_role(user=form.person, site=request.site, name=name, actor=administrator)
        messages.success(request, gettext("The role is assigned."))
        return redirect("accounts:staff")
    roles = request.site.roles.select_related("user").order_by("user__display_name", "name")
    return render(request, "accounts/staff.html", {"form": form, "roles": roles})


@require_POST
def end_role(request: HttpRequest, role_id: int) -> HttpResponse:
    role = access_role(request.user, role_id)
    take_role(role=role, actor=require(request.user, Permission.ADMINISTER, role.site))
    messages.success(request, gettext("The role is removed."))
    return redirect("accounts:staff")
