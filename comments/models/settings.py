import re
from collections.abc import Sequence
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.screening.facts import Links
from comments.states import AuthorNotice, Mode, Placeholder
from core import outgoing, signatures
from core.encryption import EncryptedTextField
from core.models import Site
from core.url_fields import URLField

# At most three in ten seconds, ten in five minutes, a hundred in a day.
USUAL_RATES: Sequence[tuple[int, int]] = [(3, 10), (10, 300), (100, 86_400)]
# Every post reads as many of its author's posting times as the largest limit counts. A person who
# writes a thousand comments in any span is better stopped by a sanction than by a limit.
LARGEST_RATE = 1_000
# Screening judges an author by so many of their last comments: it never counts further.
JUDGED_COMMENTS = 100
# A longer span says nothing about flooding, and far longer ones do not fit into a `timedelta`.
LONGEST_RATE_SECONDS = 30 * 86_400
MOST_RATES = 10
# Screening takes longer with every character; an article has fewer.
LONGEST_COMMENT = 20_000
# Longer times reach past the first or the last year of a date, and every post would fail.
LONGEST_DAYS = 3_650
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")


def _require_rates(value: object) -> None:
    """Every post is screened by them, so that a slip here would stop all of them."""
    pairs = value if isinstance(value, list | tuple) else [None]
    if len(pairs) > MOST_RATES:
        too_many = _("Set at most %(most)s limits.")
        raise ValidationError({"rates": too_many % {"most": MOST_RATES}})
    for pair in pairs:
        match pair:
            # JSON's true would pass for a number: in Python it is one.
            case [bool(), _] | [_, bool()]:
                pass
            case [int(most), int(within)] if most > 0 and within > 0:
                _require_bounded(most, within)
                continue
        message = _("Write pairs of whole numbers, like [[3, 10], [100, 86400]].")
        raise ValidationError({"rates": message})


def _require_bounded(most: int, within: int) -> None:
    if most > LARGEST_RATE:
        message = _("A limit can count at most %(most)s comments: write a smaller number.")
        raise ValidationError({"rates": message % {"most": LARGEST_RATE}})
    if within > LONGEST_RATE_SECONDS:
        message = _("A limit can look back at most %(days)s days: write a shorter time.")
        raise ValidationError({"rates": message % {"days": LONGEST_RATE_SECONDS // 86_400}})


def _require_modes(value: object) -> None:
    modes = value.values() if isinstance(value, dict) else [""]
    if not all(mode in Mode.values for mode in modes):
        message = _("Write sections and their modes: open, premoderated or closed.")
        raise ValidationError({"section_modes": message})


def _domain(text: str) -> str:
    """Return the domain in lower case; people paste the address of a page, too."""
    domain = text.strip().lower().removeprefix("https://").removeprefix("http://").strip("/.")
    if not _DOMAIN.fullmatch(domain):
        message = _("“%(text)s” is not a domain: write it like example.org.")
        raise ValidationError({"allowed_domains": message % {"text": text}})
    return domain


class CommentSettings(models.Model):
    """How one publication runs its discussions; a publication without a row has the defaults."""

    site = models.OneToOneField(
        Site,
        on_delete=models.CASCADE,
        related_name="comment_settings",
        verbose_name=_("publication"),
    )
    mode = models.CharField(
        _("new comments"),
        max_length=20,
        choices=Mode,
        default=Mode.OPEN.value,
    )
    max_length = models.PositiveIntegerField(
        _("longest comment, characters"),
        default=3000,
        validators=[MaxValueValidator(LONGEST_COMMENT)],
    )
    max_depth = models.PositiveSmallIntegerField(
        _("levels of replies"), default=3, validators=[MaxValueValidator(10)]
    )
    edit_minutes = models.PositiveIntegerField(
        _("minutes in which one may edit"),
        default=15,
        validators=[MaxValueValidator(LONGEST_DAYS * 1_440)],
    )
    close_after_days = models.PositiveIntegerField(
        _("close a discussion after days"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_DAYS)],
    )
    placeholder = models.CharField(
        _("left in place of a removed comment"),
        max_length=20,
        choices=Placeholder,
        default=Placeholder.TOMBSTONE.value,
    )
    section_modes = models.JSONField(
        _("new comments by section"),
        default=dict,
        blank=True,
        help_text=_("The code of a section and the mode for it, where it differs."),
    )
    min_length = models.PositiveIntegerField(_("shortest comment, characters"), default=1)
    rates = models.JSONField(
        _("limits on posting"),
        null=True,
        blank=True,
        help_text=_(
            "Pairs: at most so many comments, within so many seconds. "
            "Empty: the usual [[3, 10], [10, 300], [100, 86400]]."
        ),
    )
    hold_disguised_words = models.BooleanField(
        _("hold comments with masked or transliterated words"),
        default=True,
        help_text=_(
            "An editor reads a comment with a word that looks like one of a word list: with "
            "signs for letters, in Latin letters, or cut by a space."
        ),
    )
    links = models.CharField(_("links"), max_length=20, choices=Links, default=Links.ANY.value)
    allowed_domains = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("domains that may always be linked to"),
        default=list,
        blank=True,
    )
    most_links = models.PositiveSmallIntegerField(_("links published without a check"), default=3)
    newcomers_link = models.BooleanField(_("newcomers may link"), default=False)
    newcomer_comments = models.PositiveSmallIntegerField(
        _("first comments that an editor reads"),
        default=0,
        validators=[MaxValueValidator(JUDGED_COMMENTS)],
    )
    newcomer_hours = models.PositiveIntegerField(
        _("hours after registering in which an editor reads"),
        default=0,
        validators=[MaxValueValidator(LONGEST_DAYS * 24)],
    )
    trust_sample = models.PositiveSmallIntegerField(
        _("decided comments before trust is counted"),
        default=5,
        validators=[MaxValueValidator(JUDGED_COMMENTS)],
    )
    trusted_up_to = models.FloatField(
        _("share of declined comments that is trusted"),
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    reports_to_hold = models.FloatField(
        _("weight of reports that hides a comment until an editor comes"),
        default=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.5)],
        help_text=_(
            "A report weighs 1; one of an account younger than a week hides nothing. Empty: no "
            "report does."
        ),
    )
    report_sample = models.PositiveSmallIntegerField(
        _("settled reports before a reader's record counts"), default=5
    )
    tell_reporters = models.BooleanField(
        _("readers see what became of their reports"), default=True
    )
    # Grows with every published word list, so that a matcher is made once for each version.
    lists_version = models.PositiveIntegerField(default=0, editable=False)
    author_notice = models.CharField(
        _("told to its author"),
        max_length=20,
        choices=AuthorNotice,
        default=AuthorNotice.RULE.value,
    )
    external_review_url = URLField(
        _("address of your own moderation service"),
        blank=True,
        help_text=_("Asked about every comment before it is published. Empty: none is asked."),
    )
    external_review_secret = EncryptedTextField(
        _("secret shared with it"),
        max_length=100,
        blank=True,
        help_text=_("Questions and answers are signed with it. Empty: one is made up."),
    )
    external_review_rule = models.SlugField(
        _("rule of its rejections"),
        blank=True,
        help_text=_("The code of the rule that a rejection rests on when the service names none."),
    )
    external_review_seconds = models.PositiveSmallIntegerField(
        _("seconds in which it must answer"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    rejected_texts_kept_days = models.PositiveIntegerField(
        _("days for which refused texts are kept"),
        default=90,
        validators=[MaxValueValidator(LONGEST_DAYS)],
    )

    class Meta:
        verbose_name = _("discussion settings")
        verbose_name_plural = _("discussion settings")

    def __str__(self) -> str:
        return str(self.site)

    def clean(self) -> None:
        self.allowed_domains = [_domain(text) for text in self.allowed_domains]
        _require_modes(self.section_modes)
        if self.rates is not None:
            _require_rates(self.rates)
        if self.external_review_url and (fault := outgoing.fault(self.external_review_url)):
            raise ValidationError({"external_review_url": fault})
        if self.external_review_url and not self.external_review_secret:
            self.external_review_secret = signatures.new_secret()
        if self.external_review_secret and not signatures.is_secret(self.external_review_secret):
            raise ValidationError(
                {"external_review_secret": _("Write whsec_ and a key in base64.")}
            )

    @property
    def posting_rates(self) -> Sequence[tuple[int, int]]:
        return USUAL_RATES if self.rates is None else self.rates

    @property
    def edit_window(self) -> timedelta:
        return timedelta(minutes=self.edit_minutes)

    def mode_of(self, section: str) -> Mode:
        return Mode(self.section_modes.get(section, self.mode))
