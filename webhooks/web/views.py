from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import InvalidInput
from core.paging import page
from core.web.http import HttpRequest
from webhooks import actions
from webhooks.models import Delivery, Endpoint
from webhooks.permissions import access_delivery, access_endpoint, access_webhooks
from webhooks.states import DeliveryStatus
from webhooks.web.forms import EndpointForm, ReplayForm

_SIZE = 50
# The ten attempts of a message take a little over three days: docs/webhooks.md.
_REPLAYED_BY_DEFAULT = timedelta(days=3)


@require_http_methods(["GET", "HEAD", "POST"])
def endpoints(request: HttpRequest) -> HttpResponse:
    actor = access_webhooks(request.user, request.site)
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_endpoint(site=request.site, actor=actor, **form.cleaned_data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("The webhook is added. Send a test message to try it."))
            return redirect("webhooks:endpoint", made.pk)
    context = {"form": form, "endpoints": Endpoint.objects.of_site(request.site)}
    return render(request, "webhooks/endpoints.html", context, status=_status(form))


@require_safe
def endpoint(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, _actor = access_endpoint(request.user, endpoint_id, request.site)
    status = request.GET.get("status", "")
    deliveries = page(
        Delivery.objects.of_endpoint(endpoint, status if status in set(DeliveryStatus) else ""),
        order=["-id"],
        cursor=request.GET.get("after", ""),
        size=_SIZE,
    )
    since = timezone.localtime() - _REPLAYED_BY_DEFAULT
    context = {
        "endpoint": endpoint,
        "deliveries": deliveries,
        "statuses": DeliveryStatus.choices,
        "status": status,
        "replay": ReplayForm(initial={"since": since}),
    }
    return render(request, "webhooks/endpoint.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, actor = access_endpoint(request.user, endpoint_id, request.site)
    stands = {"url": endpoint.url, "label": endpoint.label, "topics": endpoint.topics}
    form = EndpointForm(request.POST or None, initial=stands)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_endpoint(endpoint=endpoint, actor=actor, **form.cleaned_data)
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("webhooks:endpoint", endpoint.pk)
    context = {"form": form, "endpoint": endpoint}
    return render(request, "webhooks/change.html", context, status=_status(form))


@require_POST
def rotate_secret(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, actor = access_endpoint(request.user, endpoint_id, request.site)
    actions.rotate_secret(endpoint=endpoint, actor=actor)
    messages.success(
        request, _("There is a new secret. For 24 hours messages bear the former one's mark too.")
    )
    return redirect("webhooks:endpoint", endpoint.pk)


@require_POST
def pause(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, actor = access_endpoint(request.user, endpoint_id, request.site)
    actions.pause_endpoint(endpoint=endpoint, actor=actor)
    messages.success(request, _("The webhook is paused."))
    return redirect("webhooks:endpoint", endpoint.pk)


@require_POST
def resume(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, actor = access_endpoint(request.user, endpoint_id, request.site)
    actions.resume_endpoint(endpoint=endpoint, actor=actor)
    messages.success(request, _("The webhook is switched on."))
    return redirect("webhooks:endpoint", endpoint.pk)


@require_POST
def remove(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, actor = access_endpoint(request.user, endpoint_id, request.site)
    actions.remove_endpoint(endpoint=endpoint, actor=actor)
    messages.success(request, _("The webhook is removed."))
    return redirect("webhooks:endpoints")


@require_POST
def test(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, actor = access_endpoint(request.user, endpoint_id, request.site)
    delivery = actions.send_test(endpoint=endpoint, actor=actor)
    messages.success(request, _("A test message is on its way."))
    # The page of the delivery says what the endpoint has answered.
    return redirect("webhooks:delivery", delivery.pk)


@require_POST
def replay_failed(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint, actor = access_endpoint(request.user, endpoint_id, request.site)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        # The form is a part of the endpoint's page, so that the error goes there as a message.
        messages.error(request, _("Say since when: a date and a time."))
        return redirect("webhooks:endpoint", endpoint.pk)
    count = actions.replay_failed(endpoint=endpoint, actor=actor, since=form.cleaned_data["since"])
    message = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", count)
    messages.success(request, message % {"n": count})
    return redirect("webhooks:endpoint", endpoint.pk)


@require_safe
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    delivery, _actor = access_delivery(request.user, delivery_id, request.site)
    context = {"delivery": delivery, "attempts": delivery.attempts.all()}
    return render(request, "webhooks/delivery.html", context)


@require_POST
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    delivery, actor = access_delivery(request.user, delivery_id, request.site)
    actions.replay_delivery(delivery=delivery, actor=actor)
    messages.success(request, _("The message is sent again."))
    return redirect("webhooks:delivery", delivery.pk)


def _status(form: EndpointForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
