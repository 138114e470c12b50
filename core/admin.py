import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from core import outbox
from core.administration import InstallationAdmin, PublicationAdmin, is_superuser
from core.errors import DomainError
from core.lines import LinesField
from core.models import OutboxAuditEvent, OutboxEvent, Site
from core.sites import embed_code

# As Unfold styles its own buttons.
_BUTTON = "cursor-pointer font-medium rounded-default bg-primary-600 px-3 py-2 text-white"


def _hosts(origins: Iterable[str]) -> set[str]:
    return {urlsplit(origin).netloc for origin in origins}


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    origins = LinesField(
        label=_("Origins"),
        help_text=_("Where the publication's pages live: one a line, like https://example.org."),
        widget=UnfoldAdminTextareaWidget(),
    )

    class Meta:
        model = Site
        # The page's own list of fields replaces this one.
        fields: ClassVar = ["origins"]

    may_share_origins = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # A host leads to the first publication that names it. No other one may take it.
        hosts = _hosts(cleaned.get("origins") or ())
        others = Site.objects.exclude(pk=self.instance.pk)
        is_shared = any(hosts & _hosts(other.origins) for other in others)
        if is_shared and not self.may_share_origins:
            self.add_error("origins", _("Another publication has one of these origins."))
        return cleaned


@admin.register(Site)
class SiteAdmin(PublicationAdmin):
    site_path = ""  # the row itself
    form = SiteForm
    list_display = ["slug", "name_ru", "registration_number", "complaints_email"]
    fieldsets: ClassVar = [
        (None, {"fields": ["slug", "name_ru", "name_en"]}),
        (_("Where it is"), {"fields": ["origins", "time_zone"]}),
        (
            _("Imprint"),
            {
                "fields": [
                    "legal_name_ru",
                    "legal_name_en",
                    "registration_number",
                    "registered_on",
                    "founder_ru",
                    "founder_en",
                    "editor_in_chief_ru",
                    "editor_in_chief_en",
                ]
            },
        ),
        (_("E-mail"), {"fields": ["complaints_email", "email_from"]}),
    ]

    readonly_fields: ClassVar = ["embed_code"]

    class Media:
        js: ClassVar = [forms.Script("otklik/copy.js", type="module")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.is_open(request) and is_superuser(request)

    # Everything hangs off it, and its audit log stays.
    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Site | None:
        site: Site | None = super().get_object(request, object_id, from_field)
        if site is not None:
            # A read-only field knows its object and not the request.
            vars(site)["embed_code"] = embed_code(site, request.build_absolute_uri("/"))
        return site

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[SiteForm]:
        form: type[SiteForm] = super().get_form(request, *args, **kwargs)
        return type("OwnSiteForm", (form,), {"may_share_origins": is_superuser(request)})

    def get_fieldsets(self, request: HttpRequest, obj: Site | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        # A publication that is being added has no code yet.
        return [*fieldsets, (_("On your pages"), {"fields": ["embed_code"]})] if obj else fieldsets

    @admin.display(description=_("Code for a page with comments"))
    def embed_code(self, site: Site) -> SafeString:
        code = vars(site).get("embed_code", "")
        return format_html(
            '<textarea readonly rows="4" style="width: 100%; font-family: monospace" '
            'aria-label="{}" onfocus="this.select()">{}</textarea>'
            '<p style="margin: 8px 0"><button type="button" hidden class="{}" data-copy="{}"'
            ' data-copied="{}">{}</button> <span role="status"></span></p><p>{}</p>',
            _("Code for a page with comments"),
            code,
            _BUTTON,
            code,
            _("The code is copied."),
            _("Copy the code"),
            _(
                "Give each page a key of its own. "
                "The page's origin must be one of the origins above."
            ),
        )


class _OutboxAdmin(InstallationAdmin):
    """Background tasks belong to the whole installation: their errors may quote anybody."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(OutboxEvent)
class OutboxEventAdmin(_OutboxAdmin):
    """The events that fail or were given up. Those that are being handled are not shown."""

    list_display = ["task", "error", "failures", "parked_at", "next_try"]
    list_display_links = None
    list_filter: ClassVar = [("parked_at", admin.EmptyFieldListFilter)]
    ordering: ClassVar = ["-id"]
    actions = ["retry", "discard"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEvent]:
        events: QuerySet[OutboxEvent] = super().get_queryset(request)
        return events.filter(done_at=None).filter(Q(failures__gt=0) | Q(parked_at__isnull=False))

    @admin.display(description=OutboxEvent._meta.verbose_name)
    def task(self, event: OutboxEvent) -> SafeString:
        lines = [event.topic, json.dumps(event.payload, ensure_ascii=False)]
        lines += event.waits_for or ()
        return format_html_join(mark_safe("<br>"), "{}", ([line] for line in lines))

    @admin.display(description=_("last error"))
    def error(self, event: OutboxEvent) -> str:
        # Our own sentences are translated; an error of a library has no translation.
        return gettext(event.last_error) if event.last_error else ""

    @admin.display(description=_("next try"))
    def next_try(self, event: OutboxEvent) -> Any:
        return None if event.parked_at else event.next_try_at

    @admin.action(description=_("Try again"), permissions=["view"])
    def retry(self, request: HttpRequest, events: QuerySet[OutboxEvent]) -> None:
        self._act(request, events, outbox.retry_event, gettext("Tried again: %(count)s."))

    @admin.action(description=_("Discard for good"), permissions=["view"])
    def discard(self, request: HttpRequest, events: QuerySet[OutboxEvent]) -> None:
        self._act(request, events, outbox.discard_event, gettext("Discarded: %(count)s."))

    def _act(
        self,
        request: HttpRequest,
        events: QuerySet[OutboxEvent],
        act: Callable[..., None],
        report: str,
    ) -> None:
        count = 0
        for event in events:
            try:
                act(event=event, actor=request.user)
            except DomainError as error:
                self.message_user(request, f"{event.topic}: {error}", messages.WARNING)
            else:
                count += 1
        self.message_user(request, report % {"count": count})


@admin.register(OutboxAuditEvent)
class OutboxAuditEventAdmin(_OutboxAdmin):
    list_display = ["happened", "action_label", "task", "who"]
    list_display_links = None

    @admin.display(description=_("When"), ordering="id")
    def happened(self, event: OutboxAuditEvent) -> datetime:
        return event.at

    @admin.display(description=_("Who"))
    def who(self, event: OutboxAuditEvent) -> str:
        return event.actor_label

    @admin.display(description=OutboxEvent._meta.verbose_name)
    def task(self, event: OutboxAuditEvent) -> str:
        return f"{event.topic} {event.event_id}"

    @admin.display(description=_("what was done"))
    def action_label(self, event: OutboxAuditEvent) -> str:
        return str(OutboxAuditEvent.Action(event.action).label)
