"""Every metric of the plumbing, with the reason to look at it. Labels come from closed sets; never ids, keys or errors.

A text reads "what it tells: why one looks at it"; deploy/prometheus/METRICS.md is made of them. What is made of rows at
each scrape stands in `rows`.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from oseredok_contracts.settings import HASH_METRIC

REGISTRY = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]  # when a series began: twice as many series, read by nobody

PROCESS = ProcessCollector(registry=REGISTRY)
"""Memory, processor time, file descriptors, and since when."""

BUILD = Gauge(
    "oseredok_build_info",
    "Always 1, with what runs here: do all copies have the same version",
    ["service", "version", "revision"],
    registry=REGISTRY,
)
COPIES_WANTED = Gauge(
    "oseredok_copies_wanted", "Copies of the service that there should be: do so many answer", registry=REGISTRY
)
LOOP_AGE = Gauge(
    "oseredok_loop_age_seconds",
    "Since a loop of the process last turned or tried to: does it hang",
    ["loop"],
    registry=REGISTRY,
)
HTTP_REQUESTS = Counter(
    "oseredok_http_requests",
    "Answers by port, method, route as it is declared, and status: who is refused, and what fails",
    ["port", "method", "route", "status"],
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "oseredok_http_request_seconds",
    "From a request to the end of its answer: what people and publishers wait for",
    ["port", "route"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
HTTP_IN_PROGRESS = Gauge(
    "oseredok_http_requests_in_progress",
    "Requests being answered now: does a port fill up",
    ["port"],
    registry=REGISTRY,
)
BATCH_SECONDS = Histogram(
    "oseredok_batch_seconds",
    "From a batch in hand to its commit, retries included: where intake spends its time",
    ["topic"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
BATCH_RECORDS = Histogram(
    "oseredok_batch_records",
    "Records in a batch: full ones tell of a backlog",
    ["topic"],
    registry=REGISTRY,
    buckets=(1, 10, 50, 100, 250, 500, 1000, 2000, 5000),
)
BATCH_RETRIES = Counter(
    "oseredok_batch_retries",
    "Batches tried again, by kind of trouble: the database's health",
    ["kind"],
    registry=REGISTRY,
)
CONSUMER_LAG = Gauge(
    "oseredok_consumer_lag_records",
    "Records not processed yet, told by the copy that owns the partition: how far behind",
    ["group", "topic", "partition"],
    registry=REGISTRY,
)
CONSUMER_STOPPED = Gauge(
    "oseredok_consumer_stopped",
    "1 when a consumer stopped itself, since most of a batch was invalid: a person has to look",
    ["topic"],
    registry=REGISTRY,
)
OFFSETS_LOST = Counter(
    "oseredok_offsets_lost",
    "Records that retention deleted before they were read: what is lost",
    ["topic"],
    registry=REGISTRY,
)
OFFSET_REWINDS = Counter(
    "oseredok_offset_rewinds",
    "Batches refused since they didn't follow the fence: rebalances",
    ["topic"],
    registry=REGISTRY,
)
COMMIT_FAILURES = Counter(
    "oseredok_offset_commit_failures",
    "Failed offset commits, harmless by themselves: Kafka's health",
    registry=REGISTRY,
)
RELAY_OWNER = Gauge(
    "oseredok_relay_owner", "1 in the copy whose relay publishes: exactly one should", registry=REGISTRY
)
RELAY_SENT = Counter(
    "oseredok_relay_sent", "Outbox rows that Kafka acknowledged: what the service publishes", registry=REGISTRY
)
RELAY_RESTARTS = Counter(
    "oseredok_relay_restarts",
    "Relays begun anew after trouble with Kafka or the database: how often that is",
    registry=REGISTRY,
)
RELAY_TOPICS_MISSING = Gauge(
    "oseredok_relay_topics_missing",
    "Topics that messages are to go to and Kafka doesn't have, or not for us: an operator has to make them",
    registry=REGISTRY,
)
DATABASE_UP = Gauge(
    "oseredok_database_up",
    "1 when the last scrape could read the database: without it what is made of rows is absent",
    registry=REGISTRY,
)
KAFKA_UP = Gauge(
    "oseredok_kafka_up",
    "1 when Kafka answered during the last scrape: without it nothing comes in over Kafka, and nothing goes out",
    registry=REGISTRY,
)
POOL_CONNECTIONS = Gauge(
    "oseredok_pool_connections",
    "Connections to the database, in_use or idle: is there room",
    ["state"],
    registry=REGISTRY,
)
POOL_CONNECTIONS_MAX = Gauge(
    "oseredok_pool_connections_max", "The most that there may be of them: how near the limit is", registry=REGISTRY
)
POOL_WAIT = Gauge(
    "oseredok_pool_wait_seconds",
    "How long the last scrape waited for a connection, as everybody else did then: are there too few",
    registry=REGISTRY,
)
SETTINGS_HASH = Gauge(
    HASH_METRIC,
    "Stands for the content of a settings file that is in force: do all copies have the same",
    ["file"],
    registry=REGISTRY,
)
SETTINGS_REFUSED = Counter(
    "oseredok_settings_refused",
    "Changed settings files that were not taken: the last good one is in force",
    ["file"],
    registry=REGISTRY,
)
