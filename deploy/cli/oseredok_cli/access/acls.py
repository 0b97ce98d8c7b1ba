"""Kafka's ACLs: made exactly what is granted, so that a publisher who has left the access file loses its rights."""

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from oseredok_cli.access.grants import Grant
from oseredok_cli.access.step import TIMEOUT_SECONDS, Step, all_answered, answered, settle


def plan(client: AdminClient, wanted: frozenset[Grant]) -> Step:
    """Raises RefusedError."""
    bindings = {_binding(grant): grant for grant in wanted}
    present = _known(client)
    missing = [binding for binding in bindings if binding not in present]
    surplus = [binding for binding in present if binding not in bindings]
    lines = sorted(f"granted {bindings[binding]}" for binding in missing)
    lines += sorted(f"revoked {b.principal}: {AclOperation(b.operation).name} on {b.name}" for b in surplus)

    def do() -> None:
        if missing:
            all_answered("ACL", client.create_acls(missing, request_timeout=TIMEOUT_SECONDS))
        if surplus:
            exact = [_filter(binding) for binding in surplus]
            all_answered("ACL", client.delete_acls(exact, request_timeout=TIMEOUT_SECONDS))
        settle("ACLs", lambda: _known(client) == set(bindings))

    return Step(lines, do)


def _known(client: AdminClient) -> set[AclBinding]:
    return set(answered("ACLs", client.describe_acls(_everything(), request_timeout=TIMEOUT_SECONDS)))


def _binding(grant: Grant) -> AclBinding:
    return AclBinding(
        ResourceType[grant.resource],
        grant.name,
        ResourcePatternType[grant.pattern],
        f"User:{grant.principal}",
        "*",
        AclOperation[grant.operation],
        AclPermissionType.ALLOW,
    )


def _everything() -> AclBindingFilter:
    # None is "any" here, which the package's types don't know.
    return AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]
        ResourcePatternType.ANY,
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


def _filter(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )
