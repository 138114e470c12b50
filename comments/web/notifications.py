"""A person's notifications, e-mail settings and muted people."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import actions, widget_tokens
from comments.notifications.preferences import frequencies_of, notification_list
from comments.permissions import access_own_notifications
from comments.states import Frequency, NotificationKind
from core.errors import NotFound
from core.inputs import read_id
from core.web.http import HttpRequest


class EmailFrequenciesForm(forms.Form):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # Django's own arguments
        for kind in NotificationKind:
            self.fields[kind] = forms.ChoiceField(
                label=kind.label, choices=Frequency.choices, widget=forms.RadioSelect
            )


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    person = access_own_notifications(request.user)
    board = notification_list(person, cursor=request.GET.get("after", ""))
    return render(request, "comments/notifications.html", {"board": board})


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    person = access_own_notifications(request.user)
    up_to = read_id(request.POST.get("up_to", ""))
    # Up to the newest one that the page showed: what has come since stays unread.
    if up_to is not None:
        actions.mark_read(person=person, up_to=up_to)
    return redirect("comments:notifications")


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    person = access_own_notifications(request.user)
    form = EmailFrequenciesForm(
        request.POST if request.method == "POST" else None, initial=frequencies_of(person)
    )
    if request.method == "POST" and form.is_valid():
        chosen = {kind: Frequency(form.cleaned_data[kind]) for kind in NotificationKind}
        actions.choose_email_frequencies(person=person, chosen=chosen)
        messages.success(request, _("Saved."))
        return redirect("comments:notification-settings")
    status = 422 if form.errors else 200
    return render(request, "comments/notification_settings.html", {"form": form}, status=status)


# Mail programs send the POST without a cookie and a CSRF token (RFC 8058). The token in the URL
# names the person and what to switch off.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe by the link in an e-mail, signed in or not. Mail programs send the POST
    themselves (RFC 8058). GET changes nothing, because mail scanners open links."""
    choices = widget_tokens.unsubscribing(token)
    if choices is None:
        raise NotFound(_("This link is incomplete: open it from the e-mail again."))
    person_id, kinds = choices
    if request.method == "POST":
        actions.unsubscribe(person_id=person_id, kinds=kinds)
    context = {"kinds": [kind.label for kind in kinds], "done": request.method == "POST"}
    return render(request, "comments/unsubscribe.html", context)


@require_safe
def muted(request: HttpRequest) -> HttpResponse:
    reader = access_own_notifications(request.user)
    return render(request, "comments/muted.html", {"mutes": reader.mutes.select_related("muted")})


@require_POST
def unmute(request: HttpRequest, person_id: int) -> HttpResponse:
    reader = access_own_notifications(request.user)
    actions.unmute_person(reader=reader, person_id=person_id)
    messages.success(request, _("You see this person's comments again."))
    return redirect("comments:muted")
