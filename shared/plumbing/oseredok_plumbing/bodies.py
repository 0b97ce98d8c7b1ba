"""Bodies of requests, read as they come and never beyond their limit."""

from starlette.requests import Request

from oseredok_plumbing.problems import ProblemDetails


async def read(request: Request, bytes_max: int) -> bytes:
    """The whole body. Raises ProblemDetails (413) as soon as it is over the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_max:
            raise ProblemDetails(
                413, "too-large", "The request is too large", f"At most {bytes_max} bytes; send less at a time."
            )
    return bytes(body)
