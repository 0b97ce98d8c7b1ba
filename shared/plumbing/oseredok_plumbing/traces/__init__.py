"""Traces in OpenTelemetry's terms. Off unless the settings name a collector: then nothing of the SDK is imported, and
what is asked here costs a look at one variable.

An event's own word of its trace goes first (traceparent in CloudEvents, or a header of the record or the request);
where there is none, intake begins a trace for a share of what comes. What isn't sampled passes its trace on unrecorded.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from oseredok_plumbing.traces.trace import Trace

if TYPE_CHECKING:
    from oseredok_contracts.topics import Topic
    from oseredok_plumbing.event import Outcome
    from oseredok_plumbing.settings import Settings


class Step(Protocol):
    """Something that is being done and recorded."""

    def note(self, name: str, value: str | float | None) -> None:
        """Adds an attribute. Never an address, a name or a text that people wrote."""


class Handling(Protocol):
    """The handling of a batch. What isn't told to be judged before it ends is not recorded: it was rolled back."""

    def follow(self, outcomes: "Sequence[Outcome]") -> None:
        """Gives the events of these their traces; the same ones for the same records."""

    def judged(self, outcomes: "Sequence[Outcome]") -> None:
        """These are committed."""


class Sending(Protocol):
    """A message on its way to Kafka."""

    @property
    def header(self) -> tuple[str, bytes]:
        """For the record."""

    def answered(self, answer: Any) -> None:
        """For the future of the send."""


class Tracer(Protocol):
    """What records."""

    def current(self) -> Trace | None: ...
    def step(self, name: str, within: Trace | None, attributes: Mapping[str, Any]) -> AbstractContextManager[Step]: ...
    def request(self, name: str, headers: Mapping[str, str]) -> AbstractContextManager[Step]: ...
    def handling(self, topic: "Topic") -> AbstractContextManager[Handling]: ...
    def follow(self, outcomes: "Sequence[Outcome]") -> None: ...
    def sending(self, topic: str, value: bytes) -> Sending | None: ...
    def end(self) -> None: ...


class _Nothing:
    """Stands where nothing is recorded."""

    def note(self, name: str, value: str | float | None) -> None: ...
    def follow(self, outcomes: "Sequence[Outcome]") -> None: ...
    def judged(self, outcomes: "Sequence[Outcome]") -> None: ...


NOTHING = _Nothing()
_UNRECORDED = nullcontext(NOTHING)


class _Process:
    """Of this process."""

    tracer: Tracer | None = None


@contextmanager
def recording(settings: "Settings", version: str) -> Iterator[None]:
    """Records while the block runs, if the settings say so; what is recorded by then gets a moment to leave."""
    if not settings.traces_url:
        yield
        return
    from oseredok_plumbing.traces.recorder import recorder  # noqa: PLC0415 - a second and 20 MB that off must not cost

    tracer = _Process.tracer = recorder(settings, version)
    try:
        yield
    finally:
        _Process.tracer = None
        tracer.end()


def current() -> Trace | None:
    """Where this task is, if it is being traced."""
    tracer = _Process.tracer
    return None if tracer is None else tracer.current()


def step(name: str, within: Trace | None, attributes: Mapping[str, Any]) -> AbstractContextManager[Step]:
    """Something that asks another system, as a part of `within` or as a trace of its own."""
    tracer = _Process.tracer
    return _UNRECORDED if tracer is None else tracer.step(name, within, attributes)


def request(name: str, headers: Mapping[str, str]) -> AbstractContextManager[Step]:
    """A request that is being answered. Names of headers are in lower case."""
    tracer = _Process.tracer
    return _UNRECORDED if tracer is None else tracer.request(name, headers)


def handling(topic: "Topic") -> AbstractContextManager[Handling]:
    """A batch of a topic, or of the door beside it, in one go."""
    tracer = _Process.tracer
    return _UNRECORDED if tracer is None else tracer.handling(topic)


def follow(outcomes: "Sequence[Outcome]") -> None:
    """Gives the events of a batch that is being handled their traces."""
    tracer = _Process.tracer
    if tracer is not None:
        tracer.follow(outcomes)


def sending(topic: str, value: bytes) -> Sending | None:
    """A message that Kafka is given now, where it is part of a trace that is recorded."""
    tracer = _Process.tracer
    return None if tracer is None else tracer.sending(topic, value)
