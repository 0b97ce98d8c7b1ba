"""The address at which one press ends all mail to somebody (RFC 8058): the recipient's id, signed, without an end."""

import base64
import hmac
from dataclasses import dataclass
from uuid import UUID

SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """`url` is the service's public address; `key` signs."""

    url: str
    key: bytes

    def address(self, recipient: UUID) -> str:
        """For the header and the message."""
        return f"{self.url.rstrip('/')}/v1/unsubscribe?token={self.token(recipient)}"

    def token(self, recipient: UUID) -> str:
        """46 characters that nobody else can make."""
        return base64.urlsafe_b64encode(recipient.bytes + self._signature(recipient.bytes)).decode().rstrip("=")

    def recipient(self, token: str) -> UUID | None:
        """Whose token it is; None when it isn't one of ours."""
        try:
            told = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        who, signature = told[:16], told[16:]
        if len(who) < 16 or not hmac.compare_digest(signature, self._signature(who)):
            return None
        return UUID(bytes=who)

    def _signature(self, who: bytes) -> bytes:
        return hmac.digest(self.key, b"unsubscribe " + who, "sha256")[:SIGNATURE_BYTES]
