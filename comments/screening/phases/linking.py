"""Links: none, only to allowed domains, not too many, not from newcomers."""

from collections import Counter

from comments.screening.facts import Draft, Facts, Links, Policy
from comments.screening.hyperlinks import Link, links_in
from comments.screening.phases._registry import checks
from comments.screening.phases.standing import is_newcomer
from comments.screening.reasons import Phase, Reason
from comments.screening.verdicts import Evidence, Outcome, PhaseVerdict

_SHOWN = 5


@checks(Phase.LINKS)
def links(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    all_links = _all_links(draft)
    if not all_links:
        return PhaseVerdict(Phase.LINKS)
    if policy.links == Links.NONE:
        return _verdict(Outcome.REJECT, all_links, Reason.NO_LINKS)
    foreign = [link for link in all_links if not link.is_within(policy.allowed_domains)]
    if foreign and policy.links == Links.ALLOWED:
        return _verdict(Outcome.REJECT, foreign, Reason.FOREIGN_LINKS)
    # Spam accounts post links in their first comments. Links to the allowed domains stay free.
    if foreign and not policy.newcomers_link and is_newcomer(draft, facts, policy):
        return _verdict(Outcome.HOLD, foreign, Reason.NEWCOMER_LINKS)
    if len(all_links) > policy.most_links:
        return _verdict(Outcome.HOLD, all_links, Reason.MANY_LINKS, policy.most_links)
    return _verdict(Outcome.PUBLISH, all_links, None)


def _all_links(draft: Draft) -> list[Link]:
    """Return the typed links and those that only markup makes; a link that is both counts once."""
    links = list(links_in(draft.text))
    unseen = Counter(link.domain for link in draft.links)
    unseen.subtract(link.domain for link in links)
    for link in draft.links:
        if unseen[link.domain] > 0:
            unseen[link.domain] -= 1
            links.append(link)
    return links


def _verdict(
    outcome: Outcome, links: list[Link], reason: Reason | None, limit: int = 0
) -> PhaseVerdict:
    evidence = tuple(Evidence(link.text, link.start, link.end, link.domain) for link in links)
    shown = ", ".join(dict.fromkeys(link.domain for link in links[:_SHOWN]))
    details: dict[str, str | int] = {"links": shown, "count": len(links), "limit": limit}
    return PhaseVerdict(Phase.LINKS, outcome, evidence, reason, details if reason else {})
