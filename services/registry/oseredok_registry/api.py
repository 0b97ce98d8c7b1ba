"""HTTP of registry."""

from fastapi import APIRouter

from oseredok_plumbing.service import PoolOf


def routes(pool: PoolOf) -> APIRouter:  # noqa: ARG001 - every service's routes are made so
    """Nothing beyond the plumbing's yet."""
    return APIRouter(prefix="/v1")
