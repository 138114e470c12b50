from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.actions import begin_registration, post_letter
from accounts.models import User
from core.sites import site_of_host


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        super().save_user(request, user, form, commit=False)
        user.display_name = form.cleaned_data["display_name"]
        user.language = get_language() or "ru"
        if commit:
            begin_registration(user=user)
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: as quick for a known address as for an unknown one."""
        request = self.request
        letter = {
            "request": request,
            "email": email,
            "site": site_of_host(request.get_host()),
            "language": get_language(),
        }
        message = self.render_mail(template_prefix, email, letter | context)
        alternatives = message.alternatives
        post_letter(
            to=email,
            subject=message.subject,
            text=message.body,
            html=str(alternatives[0][0]) if alternatives else "",
        )
