"""`/v1/diagnosis`, on the operators' port. It answers before anything is connected, and whatever is broken."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request

from oseredok_plumbing.access import Access
from oseredok_plumbing.admin import operator_of
from oseredok_plumbing.diagnosis.made import Diagnosis
from oseredok_plumbing.files import Watched

SCOPE = "diagnosis"


def routes(access: Watched[Access], examine: Callable[[], Awaitable[Diagnosis]]) -> APIRouter:
    """What this copy of the service finds out about itself, with an operator's token (scope `diagnosis`)."""
    router = APIRouter(prefix="/v1", tags=["diagnosis"])
    operator = operator_of(access, SCOPE)

    @router.get("/diagnosis")
    async def diagnosis(request: Request) -> Diagnosis:
        """Each check with its result: sound, wrong with what is wrong, or unknown with the reason.

        Schema, clock, rights, size, outbox and relay of the database; Kafka and how far its topics were read; settings
        files; what the service looks at by itself. It may take some seconds where something doesn't answer.
        """
        operator(request)
        return await examine()

    return router
