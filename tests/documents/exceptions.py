"""What schemathesis must be told of these documents; it loads this file into its own process.

Each exception says why the answer is right although the tool would have another. Everything else is a failure.
"""

from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure

STRUCTURED = ("application/cloudevents+json", "application/cloudevents-batch+json")


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Whether it is one."""
    return not (isinstance(failure, AcceptedNegativeData) and any(is_right(case) for is_right in REASONS))


def _attributes_are_in_the_body(case: Any) -> bool:
    """CloudEvents' HTTP binding, 3: the content type alone says that an event is structured, or a batch. All of it is
    in the body then, and ce- headers, wrong ones too, mean nothing; only binary mode has its attributes there.
    """
    return _wrong_part(case) == {"header"} and case.media_type in STRUCTURED


def _wrong_part(case: Any) -> set[str]:
    return {where.value for where, info in case.meta.components.items() if info.mode.is_negative}


REASONS = (_attributes_are_in_the_body,)
