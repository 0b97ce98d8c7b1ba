"""Settings come from the environment only, each declared once; unknown names under a service's prefix are refused."""

import difflib
import importlib.metadata
import os
import platform
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

PREFIX = "OSEREDOK_"

Port = Annotated[int, Field(ge=1, le=65535)]
Release = Annotated[str, Field(pattern=r"^[\w.+-]{1,64}$")]


def _links(told: object) -> object:
    """Words `name=address` become a mapping."""
    return dict(word.split("=", 1) for word in told.split()) if isinstance(told, str) else told


def verifying(authority: str | None) -> ssl.SSLContext:
    """How to verify a server's certificate: by these authorities (PEM), or by the system's where none are told."""
    return ssl.create_default_context(cadata=authority)


def _certificates(pem: str) -> str:
    try:
        verifying(pem)
    except (ssl.SSLError, ValueError):
        raise ValueError("no certificates in PEM") from None
    return pem


Certificates = Annotated[str, AfterValidator(_certificates)]
"""Of authorities, as PEM text; mostly told as `<NAME>_FILE`."""


class SettingsError(Exception):
    """One line an operator can act on."""


class Shared:
    """Marks a setting that all services read as `OSEREDOK_<NAME>`; others are `OSEREDOK_<SERVICE>_<NAME>`."""


class Settings(BaseModel):
    """What every service is told. A secret may be given as `<NAME>_FILE`, the path of a file that holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kafka_bootstrap: Annotated[str, Shared()] = "127.0.0.1:9092"
    kafka_security: Annotated[Literal["SASL_PLAINTEXT", "SASL_SSL"], Shared()] = "SASL_PLAINTEXT"
    kafka_ca: Annotated[Certificates | None, Shared()] = None
    """Certificates (PEM) of the authority that Kafka's is of, where it isn't one that the system knows."""
    database_host: Annotated[str, Shared()] = "127.0.0.1"
    database_port: Annotated[Port, Shared()] = 5432
    database_name: Annotated[str, Shared()] = "oseredok"
    database_tls: Annotated[Literal["off", "verify"], Shared()] = "off"
    """`verify` refuses a server without TLS, or with a certificate that is of another name or authority."""
    database_ca: Annotated[Certificates | None, Shared()] = None
    """As `kafka_ca`, for PostgreSQL's certificate."""
    settings_dir: Annotated[Path, Shared()]
    """Directory with access.toml and the programme's files; changes are taken without a restart."""
    log_format: Annotated[Literal["json", "text"], Shared()] = "json"
    pages: Annotated[Mapping[str, str], BeforeValidator(_links), Shared()] = Field(default_factory=dict)
    """Where each page for people is, as `calendar=http://127.0.0.1:18010 …`; empty behind one front door."""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Shared()] = "info"
    traces_url: Annotated[str, Field(pattern=r"^(https?://[^\s]{1,2000})?$"), Shared()] = ""
    """Where a collector takes OTLP over HTTP, as http://127.0.0.1:4318; empty: no traces."""
    traces_sample: Annotated[float, Field(ge=0, le=1), Shared()] = 1.0
    """The share of the traces that begin here to record; those that publishers began say it themselves."""
    copies: Annotated[int, Field(ge=1), Shared()] = 1
    """How many copies of this service there should be; it starts none: it is told, so that a missing one is noticed."""

    version: Annotated[str, Field(pattern=r"^[\w.+-]{1,64}$"), Shared()] = importlib.metadata.version(
        "oseredok-plumbing"
    )
    revision: Annotated[str, Field(pattern=r"^[\w.+-]{1,64}$"), Shared()] = "unknown"
    """What was built, and of which commit: an image tells both."""

    service: str
    database_user: str
    database_password: SecretStr
    database_owner: str
    database_owner_password: SecretStr | None = None
    """For `migrate` only; a running service needs none."""
    kafka_user: str
    kafka_password: SecretStr
    http_host: str = "127.0.0.1"
    http_port: Port
    admin_port: Port
    replica: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    """Names this copy in its consumer groups (static membership); two copies must not have the same. Left out, a copy
    takes the lowest number that is free (see seat)."""

    batch_records_max: Annotated[int, Field(ge=1, le=10_000)] = 2000
    fetch_bytes_max: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    partition_fetch_bytes_max: Annotated[int, Field(ge=1024)] = 2 * 1024 * 1024
    session_timeout_seconds: Annotated[float, Field(ge=6)] = 45.0
    rebalance_timeout_seconds: Annotated[float, Field(ge=6)] = 60.0
    drain_timeout_seconds: Annotated[float, Field(gt=0)] = 20.0
    database_connections_max: Annotated[int, Field(ge=4, le=100)] = 8
    outbox_rows_max: Annotated[int, Field(ge=1)] = 200_000
    """Above this backlog POST /v1/intake answers 503."""
    request_bytes_max: Annotated[int, Field(ge=1024)] = 8 * 1024 * 1024
    waiting_days_max: Annotated[int, Field(ge=1)] = 7
    waiting_events_max: Annotated[int, Field(ge=0)] = 10_000
    """Events of one publisher that may wait at a time."""
    inbox_days: Annotated[int, Field(ge=30)] = 90
    """How long (source, id) is remembered: longer than intake topics, waiting and the longest outage together."""

    @property
    def copy_name(self) -> str:
        """This copy in groups, sessions and logs; its machine's name until it has taken a number."""
        return self.replica or platform.node()

    def kafka_tls(self) -> ssl.SSLContext | None:
        """How to verify Kafka's certificate; None without TLS."""
        return verifying(self.kafka_ca) if self.kafka_security == "SASL_SSL" else None

    def database_ssl(self) -> ssl.SSLContext | bool:
        """How to verify PostgreSQL's certificate; False without TLS."""
        return verifying(self.database_ca) if self.database_tls == "verify" else False

    @classmethod
    def load(cls, service: str, environ: Mapping[str, str] = os.environ) -> Self:
        """Reads the environment. Raises SettingsError naming the variable and what to do."""
        names = {name: cls._variable(service, name) for name in cls.model_fields if name != "service"}
        cls._refuse_unknown(service, environ, set(names.values()))
        values: dict[str, Any] = {
            "service": service,
            "database_user": f"oseredok_{service}",
            "database_owner": f"oseredok_{service}_owner",
            "kafka_user": f"oseredok-{service}",
        }
        for name, variable in names.items():
            if (text := _read(variable, environ)) is not None:
                values[name] = text
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            variable = names.get(str(first["loc"][0]), "")
            secret = f" (or {variable}_FILE)" if variable.endswith("PASSWORD") else ""
            raise SettingsError(f"{variable}{secret}: {first['msg']}") from None

    @classmethod
    def _variable(cls, service: str, name: str) -> str:
        shared = any(isinstance(mark, Shared) for mark in cls.model_fields[name].metadata)
        return f"{PREFIX}{name.upper()}" if shared else f"{PREFIX}{service.upper()}_{name.upper()}"

    @classmethod
    def _refuse_unknown(cls, service: str, environ: Mapping[str, str], known: set[str]) -> None:
        for variable in environ:
            if not variable.startswith(f"{PREFIX}{service.upper()}_"):
                continue
            if variable in known or variable.removesuffix("_FILE") in known:
                continue
            prefix = f"{PREFIX}{service.upper()}_"  # left out, or else any name would be near to any other
            own = [name.removeprefix(prefix) for name in known if name.startswith(prefix)]
            near = difflib.get_close_matches(variable.removeprefix(prefix), own, n=1)
            hint = f"; did you mean {prefix}{near[0]}?" if near else ""
            raise SettingsError(f"{variable} is not a setting of {service}{hint}")


def _read(variable: str, environ: Mapping[str, str]) -> str | None:
    path = environ.get(f"{variable}_FILE")
    if path is None:
        return environ.get(variable)
    if variable in environ:
        raise SettingsError(f"{variable} and {variable}_FILE are both set; keep one")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{variable}_FILE: can't read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{variable}_FILE: {path} is not UTF-8 text") from None
