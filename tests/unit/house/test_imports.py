"""The house's rules of import are guarded; the guard itself is tried here with planted breaks."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = {
    "oseredok_contracts": "shared/contracts",
    "oseredok_plumbing": "shared/plumbing",
    "oseredok_pages": "shared/pages",
    "oseredok_registry": "services/registry",
    "oseredok_events": "services/events",
    "oseredok_notifications": "services/notifications",
    "oseredok_metrics": "services/metrics",
    "oseredok_cli": "deploy/cli",
}
BREAKS = [
    ("oseredok_events/handlers/facts.py", "import oseredok_metrics.domain"),
    ("oseredok_plumbing/intake.py", "import oseredok_events.domain"),
    ("oseredok_contracts/codec.py", "import oseredok_plumbing.log"),
    ("oseredok_pages/words.py", "import oseredok_events.domain"),
    ("oseredok_plumbing/intake.py", "import oseredok_pages.words"),
    ("oseredok_cli/__main__.py", "import oseredok_events.domain"),
    ("oseredok_cli/__main__.py", "import oseredok_plumbing.log"),
    ("oseredok_events/domain/activity.py", "import oseredok_events.store"),
    ("oseredok_events/domain/activity.py", "import pydantic"),
    ("oseredok_metrics/store.py", "import oseredok_metrics.handlers"),
    ("oseredok_notifications/letters/mail.py", "import oseredok_notifications.store"),
    ("oseredok_notifications/handlers.py", "import oseredok_notifications.sending.sender"),
    ("oseredok_events/handlers/facts.py", "import oseredok_events.api"),
]


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter on a copy of the house."""
    paths = ":".join(str(house / folder) for folder in PACKAGES.values())
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=house,
        env={"PYTHONPATH": paths, "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, sound as they stand."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package, folder in PACKAGES.items():
        shutil.copytree(ROOT / folder / package, copy / folder / package)
    assert lint(copy).returncode == 0, lint(copy).stdout
    return copy


@pytest.mark.parametrize(("module", "planted"), BREAKS)
def test_a_planted_import_is_caught(house: Path, module: str, planted: str) -> None:
    """Each rule refuses the import that breaks it."""
    path = house / PACKAGES[module.split("/", maxsplit=1)[0]] / module
    sound = path.read_text()
    try:
        path.write_text(f"{sound}\n{planted}\n")
        found = lint(house)
        assert found.returncode != 0, found.stdout
        assert "BROKEN" in found.stdout
    finally:
        path.write_text(sound)
