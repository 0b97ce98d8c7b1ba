"""access: who may publish, who may operate, and Kafka's rights; one module a subject.

The local mode makes and applies all of it in `up` as well.
"""

from cyclopts import App

from oseredok_cli.commands.access import bringing, credentials, listing, operators, publishers


def register(app: App) -> None:
    """Adds the group."""
    group = App(name="access", help="Who may publish, and Kafka's topics, users, rights and quotas.")
    for command in (
        publishers.add,
        publishers.change,
        credentials.rotate,
        credentials.retire,
        publishers.suspend,
        publishers.resume,
        publishers.remove,
        operators.appoint,
        operators.dismiss,
        bringing.apply,
        bringing.make,
    ):
        group.command(command)
    group.command(listing.listed, name="list")
    app.command(group)
