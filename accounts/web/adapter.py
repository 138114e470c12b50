from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.models import User
from accounts.names import skeleton


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.display_name = form.cleaned_data["display_name"]
        user.name_skeleton = skeleton(user.display_name)
        user.language = get_language() or "ru"
        saved: User = super().save_user(request, user, form, commit)
        return saved
