"""What a broker must not let happen."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError


async def refused(consumer: AIOKafkaConsumer) -> None:
    """The broker lets this consumer read nothing; a silence isn't enough."""

    async def read() -> None:
        await consumer.start()
        await consumer.getone()

    try:
        with pytest.raises(KafkaError):
            await asyncio.wait_for(read(), 10)
    finally:
        await consumer.stop()
