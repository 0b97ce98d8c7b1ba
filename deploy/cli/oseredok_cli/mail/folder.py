"""The local catcher's mailbox: a file a message, named by its number."""

from dataclasses import dataclass
from pathlib import Path

from oseredok_cli.mail import Mail, Mailbox


@dataclass(frozen=True)
class FolderMailbox(Mailbox):
    """Files `<number>.eml`; what is being written has another ending."""

    folder: Path

    def ids(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.eml"))

    def get(self, mail_id: str) -> Mail | None:
        path = self.folder / f"{mail_id}.eml"
        if "/" in mail_id or not path.is_file():
            return None
        return Mail(mail_id, path.read_bytes())
