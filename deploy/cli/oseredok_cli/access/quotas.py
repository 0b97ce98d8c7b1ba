"""Kafka's client quotas (KIP-546): how many bytes a second a publisher may send, by each broker.

No Python client has the request that sets them; its two structures are told to aiokafka here, which has the rest.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from oseredok_cli.access.client import Broker, completed
from oseredok_cli.access.step import RefusedError, Step

RATE = "producer_byte_rate"
USER = "user"
ANY_NAMED = 2
"""DescribeClientQuotas' match type for every entity that has a name."""

Answer = TypeVar("Answer")


def plan(broker: Broker, wanted: Mapping[str, int]) -> Step:
    """Bytes a second by user; others have no quota of their own. Raises RefusedError."""
    present = _run(broker, _present)
    changes: dict[str, int | None] = {u: rate for u, rate in wanted.items() if present.get(u) != rate}
    changes |= dict.fromkeys(sorted(present.keys() - wanted.keys()))
    lines = [f"quota of {user}: {'none' if rate is None else f'{rate} bytes/s'}" for user, rate in changes.items()]

    async def alter(client: AIOKafkaAdminClient) -> None:
        answer = await client._send_to_controller(_AlterClientQuotas(changes))
        for code, message, entity in answer.entries:
            if code:
                raise RefusedError(f"Kafka refused the quota of {entity[0][1]}: {message or f'error {code}'}")

    return Step(lines, lambda: _run(broker, alter))


async def _present(client: AIOKafkaAdminClient) -> dict[str, float]:
    answer = await client._send_request(DescribeClientQuotasRequest([(USER, ANY_NAMED, None)], strict=True))
    if answer.error_code:
        raise RefusedError(f"the quotas cannot be listed: {answer.error_message}")
    found = {entity[0][1]: dict(values) for entity, values in answer.entries or ()}
    return {user: values[RATE] for user, values in found.items() if RATE in values}


def _run(broker: Broker, work: Callable[[AIOKafkaAdminClient], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        client = AIOKafkaAdminClient(**broker.aiokafka())
        try:
            await client.start()
            return await work(client)
        finally:
            await client.close()

    try:
        return completed(run)
    except (KafkaError, TimeoutError) as error:
        raise RefusedError(f"Kafka refused quotas: {error or type(error).__name__}") from error


_ENTITY = ("entity", Array(("type", String("utf-8")), ("name", String("utf-8"))))


class _AlterClientQuotasResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("entries", Array(("error_code", Int16), ("error_message", String("utf-8")), _ENTITY)),
    )


class _AlterClientQuotasStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _AlterClientQuotasResponse
    SCHEMA = Schema(
        ("entries", Array(_ENTITY, ("ops", Array(("key", String("utf-8")), ("value", Float64), ("remove", Boolean))))),
        ("validate_only", Boolean),
    )


class _AlterClientQuotas(Request[_AlterClientQuotasStruct]):  # type: ignore[misc]  # aiokafka ships no types
    """Sets a user's rate, or takes it away (None)."""

    API_KEY = 49

    def __init__(self, rates: Mapping[str, int | None]) -> None:
        self._rates = rates

    def build(self, request_struct_class: type[_AlterClientQuotasStruct]) -> _AlterClientQuotasStruct:
        entries: list[Any] = [
            ([(USER, user)], [(RATE, float(rate or 0), rate is None)]) for user, rate in self._rates.items()
        ]
        return request_struct_class(entries, False)
