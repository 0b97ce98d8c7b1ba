"""The guide itself: complete, true to the contract, and no block in it that nobody runs."""

import json

import pytest

from interop import guide, prepare
from interop.told import TOLD
from oseredok_cli.local import jars
from oseredok_contracts.topics import (
    EVENTS_INTAKE,
    EVENTS_RECEIPTS,
    REGISTRY_INTAKE,
    REGISTRY_RECEIPTS,
    VALUE_BYTES_MAX,
)
from oseredok_contracts.verdict import Verdict
from oseredok_plumbing.door import BATCH_EVENTS_MAX
from oseredok_plumbing.settings import Settings


def test_every_snippet_is_run_and_every_row_has_its_snippet() -> None:
    """In the guide's order; only the exports are shown and not run."""
    assert [guide.EXPORTS, *TOLD] == list(guide.snippets(guide.text()))


@pytest.mark.parametrize(
    "planted",
    [
        "```\nno name\n```\n",
        "```bash\nno name\n```\n",
        "```bash curl\na second one\n```\n",
        "```text nobody prints\nno snippet\n```\n",
        "```ruby publish\nnobody can run it\n```\n",
        "```bash open\nno end\n",
    ],
)
def test_a_block_that_nobody_runs_is_refused(planted: str) -> None:
    """The guard itself: blocks without a name, of another language, twice, alone, or open."""
    with pytest.raises(guide.GuideError):
        guide.snippets(f"{guide.text()}\n{planted}")


def test_what_is_shown_must_be_printed() -> None:
    """The other guard: `…` stands for anything within a line, and for nothing else."""
    assert guide.agrees('{"id":"…","verdict":"accepted"}\n', '{"id":"7","verdict":"accepted"}\n')
    assert not guide.agrees('{"id":"…","verdict":"accepted"}\n', '{"id":"7","verdict":"rejected"}\n')
    assert not guide.agrees("one …\n", "one two\nthree\n")
    assert not guide.agrees("a.c\n", "abc\n")


def test_links_lead_somewhere() -> None:
    """Files and folders beside the guide."""
    found = guide.links(guide.text())
    assert found
    assert [path for path in found if not path.exists()] == []


def test_numbers_and_names_are_the_contracts() -> None:
    """Limits, topics and verdicts that the guide mentions."""
    text = guide.text()
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert f"at most {VALUE_BYTES_MAX // 1024} KiB" in text
    assert f"an HTTP batch {BATCH_EVENTS_MAX:,} events" in text
    assert f"a request {defaults['request_bytes_max'] // 1024 // 1024} MiB" in text
    assert f"At most {defaults['waiting_events_max']:,} events of yours may wait" in text
    assert f"within {defaults['waiting_days_max']} days" in text
    assert f"remembered for {defaults['inbox_days']} days" in text
    for topic in (EVENTS_INTAKE, EVENTS_RECEIPTS, REGISTRY_INTAKE, REGISTRY_RECEIPTS):
        assert f"`{topic.named('NAME')}`" in text
    assert [verdict for verdict in Verdict if f"| `{verdict}` |" not in text] == []


def test_what_the_guide_has_installed_is_what_runs() -> None:
    """Coordinates and package names are those of the locks."""
    locked = [f"{jar.group}:{jar.artifact}:{jar.version}" for jar in jars.locked(prepare.HERE / "jgo.lock.toml")]
    assert any(f"`{coordinates}`" in guide.text() for coordinates in locked)
    [client] = json.loads((prepare.HERE / "package.json").read_text())["dependencies"]
    assert f"`npm install {client}`" in guide.text()
