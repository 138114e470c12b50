from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from certificates import listings
from certificates.applications import review
from certificates.applications.review import ApplicationDecision, BulkOutcome
from certificates.models import Application
from certificates.permissions import access_application_for_decision, require_registrar
from certificates.querysets import ApplicationQuerySet
from certificates.states import ApplicationStatus, Risk
from certificates.web import comparison, history, questions
from certificates.web.filters import QueueFilter
from core.errors import Conflict, DomainError, InvalidInput
from core.inputs import read_id
from core.paging import page
from core.web.doors import posted_from
from core.web.http import HttpRequest
from core.web.inputs import posted_choice

_SHOWN = 50
_ANY_STATUS = "all"
_REMAINDER = "undecided_remainder"


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    require_registrar(request.user, request.site)
    return _queue_page(request)


def _queue_page(
    request: HttpRequest, *, error: DomainError | None = None, chosen: Collection[int] = ()
) -> HttpResponse:
    """Show the riskiest, then the oldest applications."""
    filters = QueueFilter(request.GET, site=request.site)
    waiting = listings.waiting(request.site, filters.wanted)
    total = waiting.count()
    # By number and not by cursor: the order runs both ways, and a queue is short.
    start = min(read_id(request.GET.get("from", "")) or 0, total)
    shown = [comparison.row(one) for one in waiting[start : start + _SHOWN]]
    choice = _choice(request, filters)
    if choice.everything:
        among = choice.among(waiting).filter(pk__in=[row.application.pk for row in shown])
        chosen = set(among.values_list("pk", flat=True))
    context = _list_context(filters, shown, tab=ApplicationStatus.SUBMITTED) | {
        "total": total,
        "choice": choice,
        "choosable": choice.among(waiting).count(),
        "most_at_once": review.MOST_AT_ONCE,
        "previous_url": filters.url_with("from", max(start - _SHOWN, 0)) if start else "",
        "next_url": filters.url_with("from", start + _SHOWN) if start + _SHOWN < total else "",
        "chosen": chosen,
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "certificates/registrar/queue.html", context, status=status)


@dataclass(frozen=True, slots=True)
class _Choice:
    """All that "choose all" takes: the list as it was at `seen_at`, without those refused since.

    An application that is confirmed later is not among those that the registrar has seen, and one
    that cannot be approved must not take the place of the next ones.
    """

    seen_at: str
    refused: str = ""
    everything: bool = False
    note: str = ""

    def among(self, waiting: ApplicationQuerySet) -> ApplicationQuerySet:
        refused = [pk for part in self.refused.split(",") if (pk := read_id(part))]
        return waiting.filter(confirmed_at__lte=_time(self.seen_at)).exclude(pk__in=refused)


def _time(posted: str) -> datetime:
    """Return when the list was shown. Without a readable time, nothing counts as seen."""
    try:
        seen_at = datetime.fromisoformat(posted)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return seen_at if timezone.is_aware(seen_at) else seen_at.replace(tzinfo=UTC)


def _choice(request: HttpRequest, filters: QueueFilter) -> _Choice:
    """Return what is chosen as the page opens: all, if the last act left a part of it waiting."""
    if request.method == "POST":
        return replace(_posted_choice(request), seen_at=timezone.now().isoformat())
    remainder = request.session.pop(_REMAINDER, None)
    # Another tab may have opened another list first.
    if remainder and remainder["query"] == filters.query:
        return _Choice(**remainder["choice"])
    return _Choice(timezone.now().isoformat())


def _posted_choice(request: HttpRequest) -> _Choice:
    return _Choice(
        seen_at=request.POST.get("seen_at", ""),
        refused=request.POST.get("refused", ""),
        everything="everything" in request.POST,
        note=request.POST.get("note", ""),
    )


@require_safe
def decided(request: HttpRequest, status: str) -> HttpResponse:
    require_registrar(request.user, request.site)
    filters = QueueFilter(request.GET, site=request.site)
    wanted_status = None if status == _ANY_STATUS else ApplicationStatus(status)
    rows = listings.confirmed(request.site, wanted_status, filters.wanted)
    shown = page(rows, order=("-id",), cursor=request.GET.get("cursor", ""), size=_SHOWN)
    context = _list_context(filters, [comparison.row(one) for one in shown.items], tab=status)
    if shown.next_cursor:
        context["next_url"] = filters.url_with("cursor", shown.next_cursor)
    return render(request, "certificates/registrar/queue.html", context)


def _list_context(
    filters: QueueFilter, rows: Sequence[comparison.Row], *, tab: str
) -> dict[str, Any]:
    return {"applications": rows, "filters": filters, "query": filters.query, "tab": tab}


@require_safe
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    return _application_page(request, access_application_for_decision(request.user, application_id))


def _application_page(
    request: HttpRequest, shown: Application, error: Conflict | InvalidInput | None = None
) -> HttpResponse:
    context = {
        "application": shown,
        "programme": shown.programme,
        "certificate": shown.issued_certificate,
        "comparison": comparison.of_application(shown),
        "questions": questions.blank(shown.form),
        "risks": [Risk(risk).label for risk in shown.risk_reasons],
        "duplicates": listings.duplicates(shown),
        "history": history.items(shown.events.all()),
        "note": request.POST.get("note", ""),
        "chosen_question": request.POST.get("question", ""),
        # The list that the registrar came from, to return to it after the decision.
        "query": QueueFilter(request.GET, site=shown.programme.site).query,
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "certificates/registrar/application.html", context, status=status)


@posted_from("certificates:registrar-application")
def decide(request: HttpRequest, application_id: int) -> HttpResponse:
    shown = access_application_for_decision(request.user, application_id)
    registrar = require_registrar(request.user, shown.programme.site)
    try:
        review.decide_application(
            application=shown,
            actor=registrar,
            decision=posted_choice(request, "decision", ApplicationDecision),
            expected=posted_choice(request, "expected", ApplicationStatus),
            note=request.POST.get("note", ""),
            question=request.POST.get("question", ""),
        )
    except (Conflict, InvalidInput) as error:
        # Another registrar may have decided: the page shows the present status next to the error.
        shown.refresh_from_db()
        return _application_page(request, shown, error)
    messages.success(request, _("Done. Here is what waits next."))
    return _to_queue(QueueFilter(request.GET, site=shown.programme.site))


def _to_queue(filters: QueueFilter) -> HttpResponse:
    return redirect(f"{reverse('certificates:registrar')}?{filters.query}".rstrip("?"))


@posted_from("certificates:registrar")
def decide_many(request: HttpRequest) -> HttpResponse:
    registrar = require_registrar(request.user, request.site)
    decision = posted_choice(request, "decision", ApplicationDecision)
    # The ids are those of the browser; `waiting_among` drops what is not of this site or not
    # waiting.
    ids = [pk for posted in request.POST.getlist("application") if (pk := read_id(posted))]
    filters = QueueFilter(request.GET, site=request.site)
    choice = _posted_choice(request)
    chosen = _chosen(request, filters, choice, ids)
    count = chosen.count()
    if not (ids or count):
        nothing = InvalidInput({"application": [_("Choose applications first.")]})
        return _queue_page(request, error=nothing)
    try:
        outcome = review.decide_applications(
            applications=chosen, actor=registrar, decision=decision, note=choice.note
        )
    except InvalidInput as error:
        return _queue_page(request, error=error, chosen=ids)
    gone = 0 if choice.everything else len(ids) - count
    left = max(count - review.MOST_AT_ONCE, 0)
    if left:
        refused = ",".join(filter(None, [choice.refused, *map(str, outcome.refused)]))
        rest = asdict(replace(choice, everything=True, refused=refused))
        request.session[_REMAINDER] = {"query": filters.query, "choice": rest}
    messages.success(request, _how_many(decision, outcome, gone=gone, left=left))
    return _to_queue(filters)


def _chosen(
    request: HttpRequest, filters: QueueFilter, choice: _Choice, ids: Sequence[int]
) -> ApplicationQuerySet:
    if not choice.everything or not filters.is_valid():
        # The page shows fewer than are decided at once.
        return listings.waiting_among(request.site, ids[:_SHOWN])
    return choice.among(listings.waiting(request.site, filters.wanted))


def _how_many(decision: ApplicationDecision, outcome: BulkOutcome, *, gone: int, left: int) -> str:
    sentences = [_decided(decision, outcome.decided)]
    if outcome.refused or gone:
        sentences.append(
            _("The rest do not fit on the document, or someone else had already decided them.")
        )
    if left:
        sentences.append(
            ngettext(
                "%(count)d more of the chosen waits and is still chosen below.",
                "%(count)d more of the chosen wait and are still chosen below.",
                left,
            )
            % {"count": left}
        )
    return " ".join(sentences)


def _decided(decision: ApplicationDecision, count: int) -> str:
    sentence = {
        ApplicationDecision.APPROVE: ngettext(
            "%(count)d application approved.", "%(count)d applications approved.", count
        ),
        ApplicationDecision.RETURN: ngettext(
            "%(count)d application returned.", "%(count)d applications returned.", count
        ),
        ApplicationDecision.REJECT: ngettext(
            "%(count)d application rejected.", "%(count)d applications rejected.", count
        ),
    }
    return sentence[decision] % {"count": count}
