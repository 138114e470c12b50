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
    """Return the data to bind a form to. A submitted form of unticked boxes is empty, not
    absent."""
    return request.POST if request.method == "POST" else None
