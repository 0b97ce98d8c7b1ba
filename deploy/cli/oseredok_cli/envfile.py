"""What an operator may say in .env, and whether it can be so: compose itself passes over a name that nobody reads.

.env.example explains each; a test holds it, the compose files and this table against each other. The job `secrets`
gets .env whole, and is the first of every start.
"""

import difflib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from oseredok_cli import overrides
from oseredok_cli.local.errors import LocalError

PREFIX = "OSEREDOK_"


def _absolute(path: str) -> str:
    if not PurePosixPath(path).is_absolute():
        raise ValueError("an absolute path is needed: containers see it from elsewhere")
    return path


Port = Annotated[int, Field(ge=1, le=65535)]
Place = Annotated[str, AfterValidator(_absolute)]
Group = Annotated[int, Field(ge=1)]
Copies = Annotated[int, Field(ge=1, le=6)]
"""A topic of ours has six partitions: a seventh copy would read none."""
Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,253}$")]
Url = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")]
Brokers = Annotated[str, Field(pattern=r"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$")]
Tls = Annotated[str, Field(pattern=r"^(internal|\S+@\S+|/\S+ /\S+)$")]
Span = Annotated[str, Field(pattern=r"^\d+(y|w|d|h)$")]
Mail = Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$")]
Word = Annotated[str, Field(pattern=r"^\S{1,200}$")]

_SERVICES = ("REGISTRY", "EVENTS", "NOTIFICATIONS", "METRICS")
_PORTS = (
    *("PORT", "TLS_PORT", "KAFKA_PORT", "KAFKA_2_PORT", "KAFKA_3_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT"),
    *("GRAFANA_PORT", "MAIL_PORT", "SMTP_PORT", "DATABASE_PORT"),
    *(f"DESK_{service}_PORT" for service in _SERVICES),
    *(f"PUBLIC_{kind}_PORT" for kind in ("HTTP", "TLS", "KAFKA", "KAFKA_2", "KAFKA_3")),
)
_KINDS: Mapping[str, Any] = {
    **dict.fromkeys(_PORTS, Port),
    **dict.fromkeys(("CERTIFICATES", "CERTIFICATES_CA_FILE", "OUTSIDE", "SMTP_CA_FILE", "SMTP_PASSWORD_FILE"), Place),
    **dict.fromkeys(("CERTIFICATES_GROUP", "OUTSIDE_GROUP"), Group),
    **dict.fromkeys(("NAME", "SMTP_HOST", "DATABASE_HOST", "DATABASE_NAME", "PUBLIC_ADDRESS"), Name),
    **dict.fromkeys(("KAFKA_ADMIN", "DATABASE_ADMIN", "SMTP_USER", "TAG", "VERSION", "REVISION", "BUILD_CA"), Word),
    **dict.fromkeys(("PUBLIC_URL", "TRACES_URL"), Url),
    **dict.fromkeys((f"{service}_COPIES" for service in _SERVICES), Copies),
    "TRACES_SAMPLE": Share,
    "TLS": Tls,
    "KAFKA_BOOTSTRAP": Brokers,
    "MAIL_FROM": Mail,
    "LOG_LEVEL": Literal["debug", "info", "warning", "error"],
    "SMTP_TLS": Literal["none", "starttls", "tls"],
    "PROMETHEUS_RETENTION": Span,
}
KNOWN: Mapping[str, TypeAdapter[Any]] = {PREFIX + name: TypeAdapter(kind) for name, kind in _KINDS.items()}
INSIDE = frozenset(
    PREFIX + name
    for name in (
        *("FRONT", "FRONT_CA_FILE", "KAFKA_OUTSIDE", "KAFKA_OUTSIDE_SECURITY", "KAFKA_SECURITY"),
        *("KAFKA_CA_FILE", "KAFKA_ADMIN_PASSWORD_FILE", "OPERATOR_TOKEN_FILE", "MAILPIT"),
    )
)
"""What the compose files, or `run -e`, tell the command itself: in .env nobody reads it."""
OTHERS = re.compile(
    r"OSEREDOK_PLATFORM|(COMPOSE|DOCKER|BUILDKIT|BUILDX|LC)_\w+|PYTHON\w*|(HTTP|HTTPS|FTP|NO|ALL)_PROXY"
    r"|(http|https|ftp|no|all)_proxy|PATH|HOME|HOSTNAME|LANG|GPG_KEY|TERM|PWD|OLDPWD|SHLVL|container|_"
)
"""What else the job may find around it: of compose and Docker, of the image and its shell, of the engine; and the one
variable that the job has for itself."""


def check(environ: Mapping[str, str]) -> None:
    """Raises LocalError: a name that nobody reads, with the nearest that somebody does; a value that cannot be;
    files that don't go together.
    """
    overrides.check(environ.get("COMPOSE_FILE", ""))
    for variable, value in sorted(environ.items()):
        if OTHERS.fullmatch(variable):
            continue
        if variable not in KNOWN:
            raise LocalError(f".env: nobody reads {variable}{_hint(variable)} (.env.example has all)")
        if not value:  # as compose has it: left out
            continue
        try:
            KNOWN[variable].validate_python(value)
        except ValidationError as error:
            told = error.errors(include_url=False)[0]["msg"]
            raise LocalError(f".env: {variable}={value}: {told} (.env.example explains it)") from None


def _hint(variable: str) -> str:
    """What was meant: letters and the prefix may be others."""
    if variable in INSIDE:
        return " there: it is told to the command by the compose files"
    first, _, rest = variable.upper().partition("_")
    bare = rest if difflib.get_close_matches(first, [PREFIX], cutoff=0.7) else variable.upper()
    near = difflib.get_close_matches(bare, [name.removeprefix(PREFIX) for name in KNOWN], n=1)
    return f"; did you mean {PREFIX}{near[0]}?" if near else ""
