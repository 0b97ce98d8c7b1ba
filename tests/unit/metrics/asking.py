"""Asks the API of metrics."""

from typing import Any

import httpx


async def get(client: httpx.AsyncClient, path: str, **query: Any) -> Any:
    """The body of a good answer."""
    answer = await client.get(f"/v1/indicators{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()
