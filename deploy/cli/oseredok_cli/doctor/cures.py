"""What mends each fault: a command where there is one. By check and fault, as services and the doctor name them."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from oseredok_cli.doctor.finding import Finding
from oseredok_cli.doctor.ways import Ways

APPLY = "{oseredok} access apply"

CURES: Mapping[tuple[str, str], str] = {
    ("answers", "away"): "{up}; if it does not come up: {log}",
    ("answers", "token"): "the service does not know the operator's token yet: {secrets}, and look at its settings",
    ("answers", "fault"): "{log}",
    ("clock", "off"): "let both machines keep their clocks by NTP: timedatectl set-ntp true",
    ("settings", "refused"): "{settings}; a sound file is taken within seconds",
    ("work", "stalled"): "{restart}; {log} says what it hung on",
    ("work", "not-ready"): "mend what else is wrong with {where}; it goes on by itself. {log}",
    ("database", "password"): "{database}: the role gets the password of the secret postgres-oseredok_{where}",
    ("database", "away"): "{up}; is PostgreSQL running, and reachable from {where}?",
    ("database-size", "connections"): "{connections}",
    ("schema", "pending"): "{migrate}",
    ("schema", "changed"): "bring the file back as it was when it ran (git log), and add a new migration instead",
    ("schema", "newer"): "run the newer version again, or restore the database of before: migrations only go forward",
    ("outbox", "old"): "see relay and kafka of {where}; when both are sound, {log}",
    ("outbox", "full"): "see relay and kafka of {where}; the door answers 503 until messages leave",
    ("relay", "none"): "{restart}",
    ("relay", "foreign"): (
        "as superuser of the database: SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    ),
    ("relay-topics", "missing"): APPLY,
    ("kafka", "away"): f"is Kafka running? Then the user and its password: {APPLY}, and {{restart}}",
    ("kafka", "admin"): "the secret kafka-admin is not Kafka's: bring back the file that Kafka was made with",
    ("lag", "no-topic"): APPLY,
    ("lag", "lost"): "gone from Kafka: ask the publishers to send that time's events again, repeats are dropped",
    ("lag", "shrunk"): "Kafka was made anew or restored: {restart}, it reads from the start and drops repeats",
    ("lag", "retention"): (
        "let {where} go on before Kafka deletes: mend what else is wrong with it, or lengthen retention.ms meanwhile"
    ),
    ("smtp", "away"): "{smtp}_HOST and {smtp}_PORT{told_in}; does that mail server run? Messages wait",
    ("smtp", "certificate"): (
        "{smtp}_HOST{told_in} is the name in its certificate, {smtp}_CA_FILE the authority that gave it, where it is "
        "none of the system's. Messages wait"
    ),
    ("smtp", "login"): "{smtp_login}, then {anew}. Messages wait",
    ("topics", "missing"): APPLY,
    ("topics", "settings"): APPLY,
    ("topics", "replicas"): "bring the broker back that holds the others",
    ("users", "missing"): APPLY,
    ("users", "password"): f"{APPLY}: Kafka gets the password of the file",
    ("users", "lost"): "{oseredok} access rotate NAME --kafka, and hand the new password to the publisher",
    ("users", "former"): APPLY,
    ("rights", "missing"): APPLY,
    ("rights", "foreign"): APPLY,
    ("quotas", "other"): APPLY,
    ("room", "full"): "make room or give more: du -xhd1 shows what takes it; Kafka and PostgreSQL stop when it is full",
    ("certificate", "soon"): (
        "renew it: Caddy does so by itself while its ports 80 and 443 can be reached from outside; files of yours "
        "(public.yml) are read by docker compose restart front kafka"
    ),
    ("certificate", "expired"): "renew it: nobody's client comes in until then",
    ("certificate", "name"): "a certificate for this name, or the right name in OSEREDOK_PUBLIC_URL",
    ("certificate", "untrusted"): "a certificate of an authority that clients know, with its chain",
    ("certificate", "away"): "what should listen there, does not: the proxy before 127.0.0.1:8080, or the address",
    ("secrets", "missing"): "{secrets}",
    ("secrets", "lost"): "{super_user}",
    ("secrets", "open"): "chmod o-rwx on the file, then renew what it holds: others could read it",
    ("secrets", "reader"): "{secrets}: each gets its reader's group",
}


def with_cure(finding: Finding, ways: Ways) -> Finding:
    """The finding with what mends it, unless it says so itself."""
    if finding.state != "wrong" or finding.cure:
        return finding
    words = {name: way.format(where=finding.where, WHERE=finding.where.upper()) for name, way in asdict(ways).items()}
    cure = CURES.get((finding.check, finding.fault), "{log}")
    return replace(finding, cure=cure.format(**words, where=finding.where))
