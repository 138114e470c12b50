from datetime import datetime, time, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.audit import ModerationEvent
from comments.models.rulebook import Rule
from comments.models.settings import LONGEST_DAYS
from comments.states import Jurisdiction, State
from core.languages import Localized
from core.models import Site


class EmailSettings(models.Model):
    """How a publication e-mails the people it decides about. Without a row, the defaults apply."""

    site = models.OneToOneField(
        Site, on_delete=models.CASCADE, related_name="email_settings", verbose_name=_("publication")
    )
    jurisdiction = models.CharField(
        _("law on statements of reasons"),
        max_length=10,
        choices=Jurisdiction,
        default=Jurisdiction.NONE.value,
        help_text=_(
            "Under the DSA every decision against a comment or a person is e-mailed, "
            "regardless of what its rule says about notifying the author."
        ),
    )
    # Deceptive mass advertising: Article 17(2) of the DSA asks for no statement of reasons.
    exempt_rules = models.CharField(
        _("rules without a statement of reasons"),
        max_length=500,
        default="spam",
        blank=True,
        help_text=_(
            "Codes of the rules on mass advertising, which the DSA exempts, with spaces between."
        ),
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("days in which an author may appeal"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)],
        help_text=_("Empty: there are no appeals. The DSA asks online platforms for half a year."),
    )
    emails_sanctions = models.BooleanField(
        _("e-mail people about sanctions"),
        default=True,
        help_text=_("Under the DSA they get one in any case."),
    )
    out_of_court_ru = models.TextField(_("out-of-court settlement, in Russian"), blank=True)
    out_of_court_en = models.TextField(_("out-of-court settlement, in English"), blank=True)
    out_of_court = Localized()

    class Meta:
        verbose_name = _("e-mails to authors")
        verbose_name_plural = _("e-mails to authors")

    def __str__(self) -> str:
        return str(self.site)

    def appeal_until(self, decision: ModerationEvent) -> datetime | None:
        """The last moment; None where the decision is not against the comment, or nothing may be
        appealed."""
        is_against = decision.to_state in {State.REJECTED, State.REMOVED}
        if not is_against or not self.appeal_days:
            return None
        # To the end of the day by the publication's clock: the e-mail names the day alone, and who
        # comes at its noon must not be late.
        local = decision.at.astimezone(self.site.clock)
        last_day = local.date() + timedelta(days=self.appeal_days)
        return datetime.combine(last_day, time.max, tzinfo=local.tzinfo)

    def must_state_reasons(self, rule: Rule) -> bool:
        return self.jurisdiction == Jurisdiction.DSA and rule.code not in self.exempt_rules.split()

    def custom_text_for(self, rule: Rule) -> "EmailText | None":
        """The most particular: for the rule and the law, for the rule, for the law, for all."""
        if self._state.adding:
            return None
        fitting = self.texts.filter(
            rule_code__in=["", rule.code], jurisdiction__in=["", self.jurisdiction]
        )
        return fitting.order_by("-rule_code", "-jurisdiction").first()


def email_settings_of(site: Site) -> EmailSettings:
    # A site without a row has the defaults.
    try:
        return site.email_settings
    except EmailSettings.DoesNotExist:
        return EmailSettings(site=site)


class EmailText(models.Model):
    """A publication's own paragraph in e-mails, added to the standard text."""

    email_settings = models.ForeignKey(
        EmailSettings, on_delete=models.CASCADE, related_name="texts"
    )
    rule_code = models.SlugField(
        _("code of the rule"), blank=True, help_text=_("Empty: for every rule without its own.")
    )
    jurisdiction = models.CharField(
        _("law"),
        max_length=10,
        choices=Jurisdiction,
        blank=True,
        help_text=_("Empty: for any law."),
    )
    text_ru = models.TextField(_("text in Russian"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    text = Localized()
    ground_ru = models.TextField(
        _("ground in law, in Russian"),
        blank=True,
        help_text=_("For content that the law forbids: the act and the article."),
    )
    ground_en = models.TextField(_("ground in law, in English"), blank=True)
    ground = Localized()

    class Meta:
        verbose_name = _("text for e-mails")
        verbose_name_plural = _("texts for e-mails")
        constraints = [
            models.UniqueConstraint(
                fields=["email_settings", "rule_code", "jurisdiction"], name="email_text_once"
            ),
        ]

    def __str__(self) -> str:
        return self.rule_code or str(_("every rule"))
