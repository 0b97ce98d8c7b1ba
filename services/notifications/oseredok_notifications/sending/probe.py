"""Whether the mail server lets us in now: connection, EHLO, STARTTLS and login, as a message would have them."""

from oseredok_notifications.sending.smtp import Connection, NoConnection
from oseredok_notifications.settings import NotificationsSettings
from oseredok_plumbing.diagnosis.finding import Finding, Probe, ok, wrong


def probe(settings: NotificationsSettings) -> Probe:
    """The check `smtp`. It opens a connection of its own, and sends nothing."""
    where = f"{settings.smtp_host}:{settings.smtp_port}"

    async def look() -> Finding:
        connection = Connection(settings)
        try:
            await connection.ensure()
        except NoConnection as error:
            return wrong("smtp", error.why, f"{where}: {error}")
        finally:
            await connection.quit()
        user = f" as {settings.smtp_user}" if settings.smtp_user else ""
        return ok("smtp", f"{where} takes mail{user}, TLS: {settings.smtp_tls}")

    return look
