from datetime import datetime
from typing import Any, ClassVar, cast

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client as OtherSite
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.actions import (
    default_texts,
    end_all_sessions,
    install_default_consents,
    publish_consent_text,
    remove_second_factor,
)
from accounts.actions.second_factors import LONGEST_NOTE
from accounts.models import ConsentText, SettingsEvent, SignOnKey, StaffPolicy, User
from accounts.permissions import (
    Permission,
    require,
    require_superuser,
    second_factor_deadline,
)
from core.administration import InstallationAdmin, PublicationAdmin, ReadOnlyAdmin, is_superuser
from core.audit import actor_name
from core.errors import Conflict, NotFound
from core.sites import site_of_host

_LOCKS_OUT = _(
    "Your own role would rest at once. Switch on two-step sign-in in your account first."
)


class LostFactorForm(forms.Form):
    note = forms.CharField(
        label=_("How they have shown who they are"),
        help_text=_("Kept in the account's history."),
        max_length=LONGEST_NOTE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


@admin.register(User)
class UserAdmin(InstallationAdmin):
    """Names, roles and passwords change through their own pages, which keep the record."""

    list_display = ["display_name", "email", "date_joined", "is_active"]
    search_fields = ["display_name", "email"]
    fields = ["display_name", "email", "email_language", "date_joined", "is_active", "is_staff"]
    readonly_fields = ["display_name", "email", "email_language", "date_joined"]
    actions = ["sign_out"]
    actions_detail = ["remove_second_factor"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            end_all_sessions(user=person, actor=cast("User", request.user))
        self.message_user(request, gettext("They are signed out in all browsers and apps."))

    @action(  # type: ignore[untyped-decorator] # unfold has no types
        description=_("Remove two-step sign-in"), url_path="second-factor"
    )
    def remove_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The button is a link: it shows what follows, and asks how the person was recognised."""
        superuser = require_superuser(request.user)
        person = self.get_object(request, object_id)
        if person is None:
            raise NotFound
        form = LostFactorForm(request.POST or None)
        if form.is_valid():
            # A proof by the superuser, as for their own second step.
            raise_if_reauthentication_required(request, app="allauth.account")
            try:
                remove_second_factor(user=person, actor=superuser, note=form.cleaned_data["note"])
            except Conflict as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, gettext("Two-step sign-in is removed."))
                return redirect("admin:accounts_user_change", person.pk)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Remove two-step sign-in"),
            "form": form,
            "person": person,
        }
        page = "admin/accounts/remove_second_factor.html"
        return render(request, page, context, status=422 if form.is_bound else 200)

    @admin.display(description=_("language of e-mails"))
    def email_language(self, user: User) -> str:
        return str(dict(settings.LANGUAGES).get(user.language, user.language))

    # Deleting the row would break the audit log, whose events refer to it; erasure empties it
    # instead.
    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        return False


@admin.register(ConsentText)
class ConsentTextAdmin(PublicationAdmin):
    list_display = ["purpose", "version", "site", "is_required", "published_at"]
    actions = ["publish"]
    actions_list = ["install_defaults"]

    # The database's trigger refuses it anyway; this hides the button.
    def has_change_permission(self, request: HttpRequest, _obj: ConsentText | None = None) -> bool:
        return self.is_open(request) and (_obj is None or _obj.published_at is None)

    has_delete_permission = has_change_permission

    @admin.action(description=_("Publish: people are asked from now on"))
    def publish(self, request: HttpRequest, texts: QuerySet[ConsentText]) -> None:
        for text in texts:
            actor = require(request.user, Permission.ADMINISTER, text.site)
            publish_consent_text(text=text, actor=actor)

    @action(  # type: ignore[untyped-decorator] # unfold has no types
        description=_("Adopt the starting texts"), url_path="install-defaults"
    )
    def install_defaults(self, request: HttpRequest) -> HttpResponse:
        """The button is a link: it shows what would be published, and asks."""
        site = site_of_host(request.get_host())
        actor = require(request.user, Permission.ADMINISTER, site)
        if request.method == "POST":
            install_default_consents(site=site, actor=actor)
            return redirect("admin:accounts_consenttext_changelist")
        context = self.admin_site.each_context(request) | {"texts": default_texts(site)}
        return render(request, "admin/accounts/install_default_consents.html", context)


class StaffPolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    administrator: User

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        site, days = cleaned.get("site"), cleaned.get("second_factor_days")
        if site is None or days is None:
            return cleaned
        deadline = second_factor_deadline(self.administrator, site, days=days)
        if deadline is not None and deadline <= timezone.now():
            # The administrator could not open this page again to undo the change.
            self.add_error("second_factor_days", _LOCKS_OUT)
        return cleaned


@admin.register(StaffPolicy)
class StaffPolicyAdmin(PublicationAdmin):
    list_display = ["site", "second_factor_days"]
    form = StaffPolicyForm

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[StaffPolicyForm]:
        form: type[StaffPolicyForm] = super().get_form(request, *args, **kwargs)
        return type("OwnStaffPolicyForm", (form,), {"administrator": request.user})


@admin.register(SignOnKey)
class SignOnKeyAdmin(PublicationAdmin):
    list_display = ["label", "site", "algorithm", "vouches", "is_enabled"]

    def get_readonly_fields(self, request: HttpRequest, _obj: SignOnKey | None = None) -> list[str]:
        # An address that it confirms is confirmed for every publication of the installation.
        return [] if is_superuser(request) else ["vouches"]


class ClientForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    class Meta:
        # The page's own list of fields replaces this one.
        fields: ClassVar = ["name"]
        labels: ClassVar = {
            "id": _("Client ID"),
            "name": _("Name of the other site"),
            "redirect_uris": _("Addresses to return to"),
            "type": _("Type"),
            "scopes": _("What it may ask for"),
            "grant_types": _("Grant types"),
            "response_types": _("Response types"),
            "cors_origins": _("Origins of scripts that may ask"),
            "skip_consent": _("Do not ask people for consent"),
        }
        help_texts: ClassVar = {
            "redirect_uris": _("One a line."),
            "scopes": _("One a line: openid, profile, email."),
            "grant_types": _("One a line: authorization_code, refresh_token."),
            "response_types": _("One a line: code."),
            "cors_origins": _("One a line, like https://example.org."),
            "skip_consent": _("Only for a site of the same publisher."),
        }

    def clean_response_types(self) -> str:
        return self._allowed("response_types", frozenset({OtherSite.ResponseType.CODE}))

    def clean_grant_types(self) -> str:
        return self._allowed("grant_types", _GRANTS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        grants = str(cleaned.get("grant_types", "")).split()
        is_public = cleaned.get("type") == OtherSite.Type.PUBLIC
        if is_public and OtherSite.GrantType.REFRESH_TOKEN in grants:
            # It has no secret, so nothing would distinguish it from a thief of its token.
            self.add_error("grant_types", _("A public site gets no refresh_token."))
        return cleaned

    def _allowed(self, name: str, allowed: frozenset[str]) -> str:
        values = str(self.cleaned_data[name]).split()
        if not allowed.issuperset(values):
            message = _("Only these are allowed: %(values)s.")
            raise ValidationError(message, params={"values": ", ".join(sorted(allowed))})
        return "\n".join(values)


_GRANTS = frozenset(
    {
        OtherSite.GrantType.AUTHORIZATION_CODE,
        OtherSite.GrantType.REFRESH_TOKEN,
        OtherSite.GrantType.DEVICE_CODE,
    }
)


@admin.register(OtherSite)
class ClientAdmin(InstallationAdmin):
    """A site that people sign in to with their account here."""

    form = ClientForm
    list_display = ["name", "id", "type"]
    search_fields = ["name", "id"]
    fields = [
        *("name", "id", "redirect_uris", "type", "scopes", "grant_types", "response_types"),
        *("cors_origins", "skip_consent"),
    ]

    def save_model(self, request: HttpRequest, client: OtherSite, form: Any, change: bool) -> None:
        if not change:
            secret = get_adapter().generate_client_secret()
            client.set_secret(secret)
            self.message_user(
                request,
                format_html(
                    '{} <input readonly size="{}" value="{}" aria-label="{}">',
                    gettext("Keep the client's secret now: it is shown only once."),
                    len(secret),
                    secret,
                    gettext("The client's secret"),
                ),
                messages.WARNING,
            )
        super().save_model(request, client, form, change)


@admin.register(SettingsEvent)
class SettingsEventAdmin(ReadOnlyAdmin):
    """The audit log of the administration."""

    list_display = ["when", "action", "page", "label", "who", "site"]
    readonly_fields = [*list_display, "changes"]
    fields = readonly_fields
    list_filter = ["action"]
    list_select_related = ["site"]

    @admin.display(description=_("When"), ordering="id")
    def when(self, event: SettingsEvent) -> datetime:
        return event.at

    @admin.display(description=_("Page"))
    def page(self, event: SettingsEvent) -> str:
        return event.model_name

    @admin.display(description=_("Who"))
    def who(self, event: SettingsEvent) -> str:
        return actor_name(event.actor_label)

    @admin.display(description=_("Changes"))
    def changes(self, event: SettingsEvent) -> str:
        return format_html_join(
            "", "<p>{}: {} → {}</p>", ((name, *values) for name, values in event.named_changes)
        )
