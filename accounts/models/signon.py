from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from core.encryption import EncryptedTextField
from core.errors import StrOrPromise
from core.models import Site

# A shorter secret could be guessed from one token (RFC 7518, section 3.2).
_SHORTEST_SECRET = 32


class SignOnKey(models.Model):
    """A site that may send its people here with a signed token (RFC 7519)."""

    class Algorithm(models.TextChoices):
        EDDSA = "EdDSA", _("EdDSA: we keep the public key")
        HS256 = "HS256", _("HS256: a shared secret of at least 32 bytes")

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="sign_on_keys", verbose_name=_("publication")
    )
    label = models.CharField(_("name of the other site"), max_length=100)
    algorithm = models.CharField(_("algorithm"), max_length=10, choices=Algorithm)
    key = EncryptedTextField(_("public key (PEM) or shared secret"))
    vouches = models.BooleanField(
        _("its e-mail addresses are confirmed"),
        default=False,
        help_text=_("Only if that site itself has seen a code come back from each address."),
    )
    is_enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("sign-on key")
        verbose_name_plural = _("sign-on keys")

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if not self.is_strong:
            raise ValidationError({"key": self._fault})

    @property
    def is_strong(self) -> bool:
        """Return whether the key fits its algorithm and is long enough.

        Tokens signed with any other key are refused.
        """
        if self.algorithm == self.Algorithm.HS256:
            return len(self.key.encode()) >= _SHORTEST_SECRET
        try:
            return isinstance(load_pem_public_key(self.key.encode()), Ed25519PublicKey)
        except (ValueError, UnsupportedAlgorithm):
            return False

    @property
    def _fault(self) -> StrOrPromise:
        if self.algorithm == self.Algorithm.HS256:
            return _("Enter a secret of at least 32 bytes.")
        return _("Enter an Ed25519 public key in PEM.")


class LinkedPerson(models.Model):
    """Links an account of the other site to an account here."""

    key = models.ForeignKey(SignOnKey, on_delete=models.CASCADE, related_name="people")
    subject = models.CharField(max_length=200)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="linked")

    class Meta:
        verbose_name = _("linked person")
        verbose_name_plural = _("linked people")
        constraints = [
            # A person of the other site enters one account here and never a choice of several.
            models.UniqueConstraint(fields=["key", "subject"], name="linked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.user}"


class UsedToken(models.Model):
    """Records redeemed sign-on tokens so that each works only once."""

    key = models.ForeignKey(SignOnKey, on_delete=models.CASCADE, related_name="used_tokens")
    token_id = models.CharField(max_length=100)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Per key: another site's token that happens to have the same `jti` must not be refused.
            models.UniqueConstraint(fields=["key", "token_id"], name="token_used_once"),
        ]

    def __str__(self) -> str:
        return self.token_id
