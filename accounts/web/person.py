from django.http import QueryDict

from accounts.models import User
from core.errors import SignInRequired
from core.web.http import HttpRequest


def account_holder(request: HttpRequest) -> User:
    """The person whose own pages these are; a stranger signs in first and comes back."""
    if not isinstance(request.user, User):
        raise SignInRequired
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: a sent form of unticked boxes is empty and still sent."""
    return request.POST if request.method == "POST" else None
