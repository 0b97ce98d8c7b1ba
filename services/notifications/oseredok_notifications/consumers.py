"""Topics to handlers."""

from oseredok_plumbing.service import Subscription

TABLE: list[Subscription] = []
