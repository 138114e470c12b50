"""Types that describe a gallery page and its data."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from accounts.models import User
from certificates.models import Application, Certificate, Import
from comments.models import Appeal, BulkDecision, Comment, Complaint, DryRun
from webhooks.models import Delivery, Endpoint


@dataclass(frozen=True, slots=True)
class Places:
    """`home` is a page of another origin. The reader, the author and the guarded one are the
    gallery's own: the guarded one signs in with a second step."""

    home: str
    reader: User
    author: User
    guarded: User
    published: Comment
    held: Comment
    own_held: Comment
    removed: Comment
    appeal: Appeal
    complaint: Complaint
    bulk_decision: BulkDecision
    dry_run: DryRun
    failed_bulk_decision: BulkDecision
    failed_dry_run: DryRun
    draft: Application
    ready: Application
    waiting: Application
    returned: Application
    correction: Application
    certificate: Certificate
    revoked: Certificate
    import_: Import
    asking: Import
    same: Import
    running: Import
    paused: Import
    finished: Import
    unreadable: Import
    not_read: Import
    stopped: Import
    not_packed: Import
    endpoint: Endpoint
    delivery: Delivery
    email: str


@dataclass(frozen=True, slots=True)
class Shot:
    """`act` is what one does on the page before it is looked at.

    On a plain one the widget does not load. Of one that a library draws WCAG alone is asked.
    """

    name: str
    address: str | Callable[[Places], str]
    act: Callable[[Page, Places], None] | None = None
    is_plain: bool = False
    is_drawn_by_others: bool = False

    def open(self, page: Page, here: Places) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.unroute_all()
        if self.is_plain:
            page.route("**/comments/widget.js", lambda route: route.abort())
        page.goto(self.address_in(here))
        if page.url.startswith(here.home):
            # That page leaves its ground to the browser, whose dark one axe does not see.
            page.add_style_tag(content="html { background: Canvas; color: CanvasText }")
        if self.act:
            self.act(page, here)
        page.evaluate("document.fonts.ready")

    def address_in(self, here: Places) -> str:
        return self.address if isinstance(self.address, str) else self.address(here)
