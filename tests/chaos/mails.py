"""Rule 12 after healing: no mail twice, none lost, and each of which nobody can know is listed as such."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from chaos.report import compared
from chaos.stage import Stage

PAGE = 500


def mails_are_exact(stage: Stage) -> Iterator[str]:
    """Every message that was due is `sent`, and then the mail server has it, or `unknown`, and then it may have it.

    An attempt is unknown because its process died or stood still, or because the database died under the claim: each of
    these loses one message at most.
    """
    rows = list(deliveries(stage))
    by_status = {status: {row["delivery"] for row in rows if row["status"] == status} for status in ("sent", "unknown")}
    yield from compared("mails", Counter(stage.tally.mails), Counter(row["notice"] for row in rows))
    for row in rows:
        if row["status"] not in by_status or (row["status"] == "unknown" and not row["reason"]):
            yield f"mails: {row['delivery']} is {row['status']}, reason {row['reason']}"
    caught = Counter(mail.header("Message-ID").strip("<>").partition("@")[0] for mail in stage.mailbox.all())
    for delivery, times in caught.items():
        if times > 1:
            yield f"mails: {delivery} was sent {times} times"
    for delivery in by_status["sent"] - caught.keys():
        yield f"mails: {delivery} is sent, and the mail server doesn't have it"
    for delivery in caught.keys() - by_status["sent"] - by_status["unknown"]:
        yield f"mails: the mail server has {delivery}, which nobody says was sent"
    if len(by_status["unknown"]) > stage.mails_at_risk:
        yield f"mails: {len(by_status['unknown'])} are unknown, and {stage.mails_at_risk} can be"


def deliveries(stage: Stage) -> Iterator[dict[str, Any]]:
    """The log, page by page."""
    after: int | None = 0
    while after is not None:
        page = stage.copy("notifications").admin("/v1/deliveries", after=after, limit=PAGE).raise_for_status().json()
        yield from page["items"]
        after = page["next"]
