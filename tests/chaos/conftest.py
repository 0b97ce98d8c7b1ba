"""What the chaos tests say: a line for each run as it ends, and a table of all when everything is over."""

from collections.abc import Iterator

import httpx
import pytest

from chaos.report import Report

_report = Report()


@pytest.fixture
def report(pytestconfig: pytest.Config) -> Report:
    """Where runs are told; at once, though pytest keeps what tests print."""
    plugins = pytestconfig.pluginmanager
    terminal, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")
    assert terminal is not None
    assert capture is not None

    def say(line: str) -> None:
        with capture.global_and_fixture_disabled():
            terminal.write_line(line)

    _report.say = say
    return _report


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """For what the platform says of itself."""
    with httpx.Client(timeout=30) as client:
        yield client


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table."""
    for line in _report.table():
        terminalreporter.write_line(line)
