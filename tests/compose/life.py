"""What an installation meets in its life, by the commands of deploy/README.md, in their order: while a publisher
goes on publishing, no command may lose an event of its own, and an upgrade may not even make it wait.
"""

import json
from collections.abc import Sequence

from compose import readme, release
from compose.checks import get, require, until
from compose.engine import Project
from compose.publisher import Publisher, let_in

ELSEWHERE = {readme.TO_OWN_SERVERS, readme.TO_THREE_BROKERS}
"""Each has a part of the rehearsal of its own."""
UNDISTURBED = {"More copies of a service", "Upgrade"}
"""Blocks during which no publisher is refused."""
BEGIN = "Look after it"
"""From here on somebody publishes."""
REMOVED = "Remove everything"
AFTER_THE_BACKUP = "Back up"
"""From here on nobody publishes: what comes over HTTP after a backup is not in it."""


def every_command_of_the_readme_does_what_it_says(project: Project) -> None:
    """From the first start to a new beginning from a backup; at its end everything is there that was there before."""
    titles = [title for title in readme.blocks(project.checkout) if title not in ELSEWHERE]
    begun, backed_up = titles.index(BEGIN), titles.index(AFTER_THE_BACKUP)
    for title in titles[:begun]:
        readme.follow(project, title)
    publisher = let_in(project, "stream")
    with publisher.at_work():
        until(lambda: publisher.published > 0, lambda: f"a publisher is answered {publisher.trouble[-3:]}")
        _follow(project, publisher, titles[begun:backed_up])
    require(publisher.published, "nothing was published")
    project.figures.append(f"{publisher.published:,} events published while it lived")
    for title in titles[backed_up:]:
        readme.follow(project, title)
        if title != REMOVED:
            everything_is_there(project, publisher)


def _follow(project: Project, publisher: Publisher, titles: Sequence[str]) -> None:
    for title in titles:
        refused = len(publisher.trouble)
        if title == "Upgrade":
            release.pull(project)
        readme.follow(project, title)
        trouble = publisher.trouble[refused:]
        require(title not in UNDISTURBED or not trouble, f"{title}: a publisher was answered {', '.join(trouble[:3])}")
        if title == "Upgrade":
            release.runs(project)


def everything_is_there(project: Project, publisher: Publisher) -> None:
    """Each event that was answered 200 is in the ledger once; what was sent twice, for want of an answer, is told."""
    _, body = get(project.port("OSEREDOK_PORT"), "/api/events/v1/ledger")
    rows = {row["name"]: row for row in json.loads(body)["publishers"]}
    found = rows.get(publisher.name, {})
    require(found.get("accepted") == publisher.published, f"of {publisher.published} events there are {found}")
    require(any(row["received"] for name, row in rows.items() if name != publisher.name), f"of others nothing: {rows}")
