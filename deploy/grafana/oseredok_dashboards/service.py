"""One service: its copies, its ports, what it consumes, what it publishes, its database."""

from oseredok_dashboards.parts import JOBS, Board, Graph, Number, Row

JOB = 'job="$job"'
RATE = "$__rate_interval"
NOTHING = "or 0 * max(up{" + JOB + "})"
"""After a sum of a series that is there only in trouble."""


def quantile(share: float, name: str, by: str, more: str = "") -> str:
    """An expression for a quantile of a histogram of the service."""
    return f"histogram_quantile({share}, sum by ({by}le) (rate({name}_bucket{{{JOB}{more}}}[{RATE}])))"


COPIES = Row(
    "Copies",
    (
        Number(
            "Version", "Do all copies run the same", f"oseredok_build_info{{{JOB}}}", legend="{{version}}", named=True
        ),
        Number(
            "Up since",
            "The youngest copy",
            f"time() - max(process_start_time_seconds{{{JOB}}})",
            "s",
            legend="youngest",
        ),
        Number("Relays", "Copies that publish: one, none in metrics", f"sum(oseredok_relay_owner{{{JOB}}})"),
        Number(
            "Stopped consumers",
            "They wait for a person",
            f"sum(oseredok_consumer_stopped{{{JOB}}}) or vector(0)",
            limit=1,
        ),
        Number(
            "Oldest sign of life",
            "Of any loop; over a minute it hangs",
            f"max(oseredok_loop_age_seconds{{{JOB}}})",
            "s",
            60,
        ),
        Number(
            "Topics missing",
            "That it has messages for",
            f"max(oseredok_relay_topics_missing{{{JOB}}})",
            limit=1,
        ),
    ),
)
HTTP = Row(
    "HTTP",
    (
        Graph(
            "Requests by route",
            "What is asked",
            [(f"sum by (port, route) (rate(oseredok_http_requests_total{{{JOB}}}[{RATE}]))", "{{port}} {{route}}")],
            "reqps",
        ),
        Graph(
            "Answers by status",
            "Who is refused, and what fails",
            [(f"sum by (status) (rate(oseredok_http_requests_total{{{JOB}}}[{RATE}]))", "{{status}}")],
            "reqps",
        ),
        Graph(
            "Time of answers",
            "Of all routes of the public port",
            [
                (quantile(share, "oseredok_http_request_seconds", "", ', port="public"'), f"{share:.0%}")
                for share in (0.5, 0.95, 0.99)
            ],
            "s",
        ),
        Graph(
            "In progress",
            "Does a port fill up",
            [(f"sum by (port) (oseredok_http_requests_in_progress{{{JOB}}})", "{{port}}")],
        ),
    ),
)
CONSUMING = Row(
    "What it consumes",
    (
        Graph(
            "Lag",
            "How far behind, by group and partition",
            [(f"sum by (group, partition) (oseredok_consumer_lag_records{{{JOB}}})", "{{group}} {{partition}}")],
        ),
        Graph(
            "Time of a batch",
            "Where intake spends its time",
            [(quantile(0.95, "oseredok_batch_seconds", "topic, "), "{{topic}} 95%")],
            "s",
        ),
        Graph(
            "Size of a batch",
            "Full ones tell of a backlog",
            [(quantile(0.95, "oseredok_batch_records", "topic, "), "{{topic}} 95%")],
        ),
        Graph(
            "Retries, rewinds, failed commits",
            "Trouble with the database, rebalances, trouble with Kafka",
            [
                (f"sum(rate(oseredok_{name}_total{{{JOB}}}[{RATE}])) {NOTHING}", legend)
                for name, legend in (
                    ("batch_retries", "retries"),
                    ("offset_rewinds", "rewinds"),
                    ("offset_commit_failures", "failed commits"),
                )
            ],
            "cps",
        ),
    ),
)
PUBLISHING = Row(
    "What it publishes",
    (
        Graph("Outbox", "Committed, not yet published", [(f"max(oseredok_outbox_rows{{{JOB}}})", "messages")]),
        Graph("Its age", "For how long", [(f"max(oseredok_outbox_age_seconds{{{JOB}}})", "oldest")], "s"),
        Graph("Sent", "Acknowledged", [(f"sum(rate(oseredok_relay_sent_total{{{JOB}}}[{RATE}]))", "sent")], "cps"),
        Graph(
            "Relays begun anew",
            "After trouble",
            [(f"sum(rate(oseredok_relay_restarts_total{{{JOB}}}[{RATE}]))", "begun")],
            "cps",
        ),
    ),
)
ROOM = Row(
    "Room",
    (
        Graph(
            "Connections",
            "To the database, against the most there may be",
            [
                (f"sum by (state) (oseredok_pool_connections{{{JOB}}})", "{{state}}"),
                (f"sum(oseredok_pool_connections_max{{{JOB}}})", "at most"),
            ],
        ),
        Graph(
            "Wait for a connection",
            "By the last scrape, as by everybody else",
            [(f"max by (instance) (oseredok_pool_wait_seconds{{{JOB}}})", "{{instance}}")],
            "s",
        ),
        Graph(
            "Largest tables",
            "What grows",
            [(f"topk(8, max by (table) (oseredok_table_bytes{{{JOB}}}))", "{{table}}")],
            "bytes",
        ),
        Graph(
            "Processor and open files",
            "Does one processor suffice; do connections pile up",
            [
                (f"sum by (instance) (rate(process_cpu_seconds_total{{{JOB}}}[{RATE}]))", "{{instance}} processors"),
                (f"sum by (instance) (process_open_fds{{{JOB}}} / process_max_fds)", "{{instance}} files, share"),
            ],
        ),
    ),
)

BOARD = Board(
    "oseredok-service",
    "Service",
    "One service from its ports to its tables",
    (COPIES, HTTP, CONSUMING, PUBLISHING, ROOM),
    variable="job",
    values=f"label_values(up{{{JOBS}}}, job)",
)
