"""The filters above the registrar's lists. They stay in the URL, to be kept and sent on."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from certificates import listings
from certificates.listings import WITHOUT_RISKS, ApplicationFilter, RegisterFilter
from certificates.models import Programme
from certificates.states import CertificateStatus, Risk
from core.models import Site


class _ListFilter(forms.Form):
    programme: "forms.ModelChoiceField[Programme]" = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Programme"),
        to_field_name="slug",
        empty_label=gettext_lazy("any programme"),
        required=False,
    )

    def __init__(self, data: QueryDict, *, site: Site) -> None:
        super().__init__(data)
        field = cast("forms.ModelChoiceField[Programme]", self.fields["programme"])
        field.queryset = listings.programmes(site)

    @property
    def query(self) -> str:
        """Return the query of a URL that looks for the same."""
        chosen = QueryDict(mutable=True)
        chosen.update({name: self.data[name] for name in self.fields if self.data.get(name)})
        return chosen.urlencode()

    def url_with(self, name: str, value: str | int) -> str:
        """Return the URL of another page of the same list."""
        other = QueryDict(self.query, mutable=True)
        other[name] = str(value)
        return f"?{other.urlencode()}"

    @property
    def _given(self) -> dict[str, Any]:
        """Return the values; none if one is not offered by any page, which is shown as an error."""
        return self.cleaned_data if self.is_valid() else {}


class QueueFilter(_ListFilter):
    risk = forms.ChoiceField(
        label=gettext_lazy("What to look at"),
        choices=[
            ("", gettext_lazy("anything")),
            (WITHOUT_RISKS, gettext_lazy("nothing to look at")),
            *Risk.choices,
        ],
        required=False,
    )
    q = forms.CharField(
        label=gettext_lazy("Name, work, e-mail or number"), max_length=100, required=False
    )

    @property
    def wanted(self) -> ApplicationFilter:
        given = self._given
        return ApplicationFilter(
            programme=given.get("programme"), risk=given.get("risk", ""), typed=given.get("q", "")
        )


class RegisterFilterForm(_ListFilter):
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("any status")), *CertificateStatus.choices],
        required=False,
    )
    q = forms.CharField(
        label=gettext_lazy("Number, name or e-mail"), max_length=100, required=False
    )
    bounced = forms.BooleanField(label=gettext_lazy("only bounced e-mails"), required=False)

    @property
    def wanted(self) -> RegisterFilter:
        given = self._given
        return RegisterFilter(
            programme=given.get("programme"),
            status=given.get("status", ""),
            typed=given.get("q", "").strip(),
            only_bounced=given.get("bounced", False),
        )
