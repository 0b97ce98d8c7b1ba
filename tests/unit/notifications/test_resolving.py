"""What an operator's word on a message leads to, by how the message stands and what was said before."""

import uuid

import pytest

from oseredok_notifications.domain.delivery import Reason, Resolution, Standing, State, Unresolvable

SENT, AGAIN = Resolution.SENT, Resolution.AGAIN


def stands(state: State, attempts: int = 1, said: tuple[Resolution, int] | None = None) -> Standing:
    """A message; `said`: an operator's word on which attempt."""
    reason = Reason.CUT if state is State.UNKNOWN else None
    return Standing(uuid.UUID(int=1), state, reason, attempts, *(said or (None, None)))


@pytest.mark.parametrize(
    ("standing", "resolution", "attempt", "follows"),
    [
        (stands(State.UNKNOWN), SENT, None, State.SENT),
        (stands(State.UNKNOWN), AGAIN, None, State.PENDING),
        (stands(State.UNKNOWN, 2), AGAIN, 2, State.PENDING),
        (stands(State.UNKNOWN, 2, (AGAIN, 1)), AGAIN, None, State.PENDING),
        (stands(State.UNKNOWN, 2, (AGAIN, 1)), SENT, 2, State.SENT),
        (stands(State.UNKNOWN, 2, (AGAIN, 1)), AGAIN, 1, None),
        (stands(State.PENDING, 1, (AGAIN, 1)), AGAIN, None, None),
        (stands(State.SENDING, 2, (AGAIN, 1)), AGAIN, 1, None),
        (stands(State.SENT, 2, (AGAIN, 1)), AGAIN, 1, None),
        (stands(State.SENT, 1, (SENT, 1)), SENT, 1, None),
    ],
)
def test_what_follows(standing: Standing, resolution: Resolution, attempt: int | None, follows: State | None) -> None:
    """Of an unknown one what was said; nothing where the same was said of the same attempt."""
    assert standing.resolve(resolution, attempt) is follows


@pytest.mark.parametrize(
    ("standing", "resolution", "attempt", "why"),
    [
        *((stands(state, 1), word, None, f"it is {state}:") for state in State for word in Resolution
          if state is not State.UNKNOWN),
        (stands(State.SENT, 1, (SENT, 1)), AGAIN, 1, "an operator said sent before"),
        (stands(State.PENDING, 1, (AGAIN, 1)), SENT, 1, "an operator said again before"),
        (stands(State.UNKNOWN, 2), AGAIN, 1, "attempt 1 is not its last"),
        (stands(State.UNKNOWN, 2, (AGAIN, 1)), SENT, 1, "of attempt 2 nobody knows now"),
        (stands(State.SENT, 3, (AGAIN, 2)), AGAIN, 1, "it is sent"),
    ],
)  # fmt: skip
def test_what_is_left(standing: Standing, resolution: Resolution, attempt: int | None, why: str) -> None:
    """Only of what is unknown something can be said, and only of the attempt of which nobody knows."""
    with pytest.raises(Unresolvable, match=why):
        standing.resolve(resolution, attempt)
