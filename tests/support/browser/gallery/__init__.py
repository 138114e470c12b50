"""Every page of the product, each a line: `make screenshots` shows and tests go through them."""

from collections.abc import Mapping, Sequence

from demo.people import ADMINISTRATOR, EDITOR, REGISTRAR

from . import acts
from .certificates import APPLYING, REGISTERING, VERIFYING
from .desk import DESK
from .readers import ACCOUNT, EVERYBODY, GUARDED, READING
from .shots import Places, Shot

# Who looks, and at what. A folder of pictures for each.
GALLERY: Mapping[str, tuple[str | None, Sequence[Shot]]] = {
    "everybody": (None, [*EVERYBODY, *VERIFYING]),
    "reader": ("gallery.reader@example.org", READING),
    "account": ("gallery.author@example.org", ACCOUNT),
    "second-step": ("gallery.guarded@example.org", GUARDED),
    "applicant": ("gallery.reader@example.org", APPLYING),
    "desk": (EDITOR.email, DESK),
    "registrar": (REGISTRAR.email, REGISTERING),
    "administrator": (
        ADMINISTRATOR.email,
        [
            Shot("staff", "/accounts/staff/"),
            Shot("webhooks", "/webhooks/"),
            Shot("webhook", lambda here: f"/webhooks/{here.endpoint.pk}/"),
            Shot("webhook-change", lambda here: f"/webhooks/{here.endpoint.pk}/change/"),
            Shot("webhook-delivery", lambda here: f"/webhooks/deliveries/{here.delivery.pk}/"),
            Shot("admin", "/admin/", is_drawn_by_others=True),
            Shot(
                "template",
                lambda here: (
                    f"/admin/certificates/template/{here.certificate.template.template_id}"
                    f"/versions/{here.certificate.template.number}/"
                ),
                is_drawn_by_others=True,
            ),
        ],
    ),
    "superuser": (
        "gallery.superuser@example.org",
        [
            Shot("tasks", "/admin/core/outboxevent/", is_drawn_by_others=True),
            Shot(
                "tasks-nothing",
                "/admin/core/outboxevent/?parked_at__isempty=1",
                is_drawn_by_others=True,
            ),
            Shot("tasks-audit", "/admin/core/outboxauditevent/", is_drawn_by_others=True),
            Shot(
                "second-factor-refused",
                lambda here: f"/admin/accounts/user/{here.guarded.pk}/second-factor/",
                acts.removed_without_a_note,
                is_drawn_by_others=True,
            ),
        ],
    ),
}

__all__ = ["GALLERY", "Places", "Shot"]
