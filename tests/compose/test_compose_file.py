"""docker-compose.yml agrees with what it sets up: readers of secrets, settings, services, jobs. Needs no engine."""

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from oseredok_cli.access.grants import services
from oseredok_events.settings import EventsSettings
from oseredok_metrics.settings import MetricsSettings
from oseredok_notifications.settings import NotificationsSettings
from oseredok_plumbing.settings import Settings
from oseredok_registry.settings import RegistrySettings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PARTS: dict[str, Any] = COMPOSE["services"]
DESCRIBED: dict[str, Any] = tomllib.loads((ROOT / "deploy/compose/platform.toml").read_text())
READERS: dict[str, int] = DESCRIBED["readers"]
SETTINGS: dict[str, type[Settings]] = {
    "registry": RegistrySettings,
    "events": EventsSettings,
    "notifications": NotificationsSettings,
    "metrics": MetricsSettings,
}
OVERRIDES = sorted((ROOT / "deploy/compose").glob("*.yml"))


class Overriding(yaml.SafeLoader):
    """Reads compose's own tags, as what they stand before."""


def _plain(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    return loader.construct_yaml_seq(node) if isinstance(node, yaml.SequenceNode) else None


Overriding.add_multi_constructor("!", _plain)


def group(part: str) -> int:
    """The group that a part runs under."""
    return int(PARTS[part]["user"].partition(":")[2])


def test_every_service_of_the_topics_table_is_there() -> None:
    """A service that the contract names has a container, a migration, a schema and a place in Prometheus."""
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    for service in services():
        assert service in PARTS
        assert f"migrate-{service}" in PARTS
        assert service in PARTS["database"]["command"]
        assert service in [job["job_name"] for job in scraped]
    assert set(SETTINGS) == set(services())


def test_the_version_is_the_packages() -> None:
    """What images are labelled with, and services tell, when nobody names another one."""
    told = re.search(r"VERSION: \$\{OSEREDOK_VERSION:-([^}]+)}", (ROOT / "docker-compose.yml").read_text())
    assert told
    assert told[1] == importlib.metadata.version("oseredok-plumbing")


def test_images_of_others_are_pinned() -> None:
    """To a release, not to whatever a tag means tomorrow."""
    images = {part["image"] for part in PARTS.values() if not part["image"].startswith("oseredok/")}
    assert images
    assert not [image for image in images if not re.search(r":v?\d+\.\d+(\.\d+)?$", image)]


def test_secrets_are_given_to_the_groups_that_parts_run_under() -> None:
    """Each reader in platform.toml is the group of its container, and no two are the same."""
    assert len(set(READERS.values())) == len(READERS)
    for part, reader in READERS.items():
        service, is_migration, _ = part.partition("-migrations")
        if is_migration:
            assert PARTS[f"migrate-{service}"]["group_add"] == [str(reader)]
            assert group(f"migrate-{service}") == group(service)
        else:
            assert group(part) == reader


def test_only_jobs_run_as_the_owner_of_secrets() -> None:
    """Those that README names, and nothing that goes on running; a group of its own has whoever mounts the secrets."""
    readme = (ROOT / "deploy" / "README.md").read_text()
    named = re.search(r"The jobs by which an operator acts\s+\(([^)]+)\)", readme)
    owners = {name for name, part in PARTS.items() if part["user"] == "10000:10000"}
    assert named
    assert owners == set(re.findall(r"`([a-z]+)`", named[1]))
    assert all(PARTS[name]["restart"] == "no" for name in owners)
    mounting = {
        name for name, part in PARTS.items() if any(str(v).startswith("secrets:") for v in part.get("volumes", ()))
    }
    migrations = {name for name in mounting if name.startswith("migrate-")}
    assert mounting - owners - migrations == {part for part in READERS if not part.endswith("-migrations")}


def test_the_job_that_deals_secrets_belongs_to_every_group() -> None:
    """It can give a file only to a group of its own, having no privilege."""
    assert {int(known) for known in PARTS["secrets"]["group_add"]} == set(READERS.values())


@pytest.mark.parametrize("service", SETTINGS)
def test_services_are_told_what_they_know(service: str) -> None:
    """Every variable of a service and of its migration is one of its settings: an unknown one would be refused."""
    prefix = f"OSEREDOK_{service.upper()}_"
    for part in (service, f"migrate-{service}"):
        for variable in PARTS[part]["environment"]:
            if variable.startswith(prefix):
                name = variable.removeprefix(prefix).removesuffix("_FILE").lower()
                assert name in SETTINGS[service].model_fields, variable


@pytest.mark.parametrize(("file", "copies"), [("docker-compose.yml", 1), ("deploy/compose/cluster.yml", 2)])
def test_a_service_knows_how_many_copies_are_started(file: str, copies: int) -> None:
    """As many as .env says, at every `up`; it tells Prometheus, where a copy that is gone would not be missed else."""
    parts = yaml.load((ROOT / file).read_text(), Overriding)["services"]
    for service in SETTINGS:
        wanted = f"${{OSEREDOK_{service.upper()}_COPIES:-{copies}}}"
        assert (parts[service]["scale"], parts[service]["environment"]["OSEREDOK_COPIES"]) == (wanted, wanted)


@pytest.mark.parametrize("service", SETTINGS)
def test_a_service_is_told_all_that_it_must_be(service: str) -> None:
    """Settings without a default are given, to the service and to its migration."""
    needed = {name for name, field in SETTINGS[service].model_fields.items() if field.is_required()}
    needed -= {"service", "database_user", "database_owner", "kafka_user"}
    for part in (service, f"migrate-{service}"):
        given = {name.removesuffix("_FILE") for name in PARTS[part]["environment"]}
        for name in needed:
            assert {f"OSEREDOK_{name.upper()}", f"OSEREDOK_{service.upper()}_{name.upper()}"} & given, name


def test_the_command_without_words_tells_its_words() -> None:
    """The image's own default is a service's."""
    assert PARTS["cli"]["command"] == ["--help"]


def test_parts_that_the_command_looks_at_are_within_its_reach() -> None:
    """By the name of their container, and every part that people are sent to is among them."""
    hosts = {urlsplit(url).hostname for url in (*DESCRIBED["parts"].values(), DESCRIBED["mailpit"])}
    assert hosts == {name for name, part in PARTS.items() if "ports" in part and name != "kafka"}
    for host in hosts:
        assert set(PARTS[host]["networks"]) & set(PARTS["cli"]["networks"]), host


def test_every_job_is_waited_for() -> None:
    """`up --wait` takes a job that nobody waits for, and that ends, for a failure."""
    jobs = {name for name, part in PARTS.items() if part.get("restart") == "no" and "profiles" not in part}
    awaited = {
        other
        for part in PARTS.values()
        for other, how in part.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }
    assert jobs == awaited


def test_only_loopback_is_published_and_no_service_has_a_port() -> None:
    """A published service could have no copies."""
    published = {name: part["ports"] for name, part in PARTS.items() if "ports" in part}
    assert set(published) == {"front", "kafka", "prometheus", "alertmanager", "grafana", "mailpit"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_no_service_has_a_network_that_leads_out() -> None:
    """But for those whose override names a server outside: what is published needs one, and a mail server."""
    leading_out = {name for name, network in COMPOSE["networks"].items() if not (network or {}).get("internal")}
    assert leading_out == {"edge"}
    there = {name for name, part in PARTS.items() if leading_out & set(part.get("networks", ()))}
    assert there == {name for name, part in PARTS.items() if "ports" in part} | {"cli"}
    assert all(part.get("networks") or part["network_mode"] == "none" for part in PARTS.values())
    for override in OVERRIDES:
        told = yaml.load(override.read_text(), Overriding)
        out = {name for name, part in told["services"].items() if (part or {}).get("networks") == ["way"]}
        assert not out or override.stem in ("mail", "outside"), override.stem
        assert override.stem != "mail" or out == {"notifications"}


def test_every_image_is_pinned() -> None:
    """A platform that is started again is the same platform."""
    for name, part in PARTS.items():
        image, _, tag = part["image"].partition(":")
        assert tag, name
        assert tag != "latest", name
        assert image.startswith("oseredok/") == ("OSEREDOK_TAG" in tag)


def test_every_part_is_closed() -> None:
    """Read-only, without capabilities and privileges, bounded, not root: what the rehearsal sees of those that run."""
    for name, part in PARTS.items():
        assert part["read_only"] is True, name
        assert part["cap_drop"] == ["ALL"], name
        assert part["security_opt"] == ["no-new-privileges:true"], name
        assert part["user"].split(":")[0] != "0", name
        assert part["mem_limit"], name


def test_real_mail_has_no_catcher_beside_it() -> None:
    """It would stand there empty; each part that runs the command is told so, but for the job that asks for no mail."""
    told = yaml.load((ROOT / "deploy/compose/mail.yml").read_text(), Overriding)["services"]
    assert told["mailpit"] is None
    assert not [name for name, part in PARTS.items() if "mailpit" in part.get("depends_on", {})]
    command = {name for name, part in PARTS.items() if part["image"].startswith("oseredok/cli:")}
    without = {name for name, part in told.items() if (part or {}).get("environment", {}).get("OSEREDOK_MAILPIT") == ""}
    assert without == command - {"secrets"}


@pytest.mark.parametrize("override", OVERRIDES, ids=[file.stem for file in OVERRIDES])
def test_what_is_missing_on_the_machine_is_not_made(override: Path) -> None:
    """Docker would make a folder of root's where a file should be; of the checkout's own files none is missing."""
    for name, part in yaml.load(override.read_text(), Overriding)["services"].items():
        for volume in (part or {}).get("volumes", ()):
            if isinstance(volume, str):
                assert re.match(r"[a-z0-9-]+:|\./deploy/", volume), (name, volume)
            else:
                assert volume["type"] == "bind", (name, volume)
                assert volume["read_only"] is True, (name, volume)
                assert volume["bind"] == {"create_host_path": False}, (name, volume)


@pytest.mark.parametrize("override", OVERRIDES, ids=[file.stem for file in OVERRIDES])
def test_overrides_name_parts_of_the_file(override: Path) -> None:
    """An override changes what is there, or extends it under a name of its own; services are told what they know."""
    cluster = yaml.load((ROOT / "deploy/compose/cluster.yml").read_text(), Overriding)["services"]
    of_cluster = cluster if override.stem.startswith("cluster-") else {}
    for name, part in (yaml.load(override.read_text(), Overriding)["services"]).items():
        service = (part or {}).get("extends", {"service": name})["service"]
        assert service in PARTS or service in of_cluster
        of = service.removeprefix("migrate-")
        for variable in (part or {}).get("environment", {}) if of in SETTINGS else ():
            assert variable.startswith("OSEREDOK_"), variable
            field = variable.removeprefix("OSEREDOK_").removeprefix(f"{of.upper()}_").removesuffix("_FILE").lower()
            assert field in SETTINGS[of].model_fields, variable
