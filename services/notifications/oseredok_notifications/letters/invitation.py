"""An activity for a calendar (RFC 5545, RFC 5546): one UID for its whole life, SEQUENCE rises, CANCEL takes it away.

UID is our id of the activity, so that an invitation and a calendar feed show one entry and not two.
"""

from datetime import UTC, datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress

from oseredok_notifications.domain.activity import Activity, Language
from oseredok_notifications.letters import wording

Method = Literal["REQUEST", "CANCEL"]
PRODUCT = "-//Oseredok//Notifications//UK"


def invitation(
    activity: Activity, method: Method, *, organiser: tuple[str, str], attendee: tuple[str, str], stamp: datetime
) -> bytes:
    """The iTIP message for one attendee; `organiser` and `attendee` are name and address. Times are UTC, which needs no
    VTIMEZONE (section 3.3.5).
    """
    event = Event()
    event.add("uid", str(activity.id))
    event.add("sequence", activity.version)
    event.add("dtstamp", stamp)
    event.add("dtstart", activity.starts_at.astimezone(UTC))
    event.add("dtend", activity.ends_at.astimezone(UTC))
    event.add("summary", activity.title)
    place = wording.places(activity, Language.UKRAINIAN)
    hromada = "" if place["hromada"] == place["oblast"] else f", {place['hromada']}"
    event.add("location", f"{activity.library}{hromada}, {place['oblast']}")
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if activity.description:
        event.add("description", activity.description)
    if activity.url:
        event.add("url", activity.url)
    event.add("organizer", vCalAddress.new(organiser[1], cn=organiser[0]))
    # Nobody reads answers: attendance is counted at the door.
    guest = vCalAddress.new(attendee[1], cn=attendee[0], role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp=False)
    event.add("attendee", guest)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
