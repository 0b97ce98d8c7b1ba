"""The platform: does it run, what flows through it, how long does it take, what fails, what fills up."""

from oseredok_dashboards.parts import JOBS, NONE, Board, Graph, Number, Row

RATE = "$__rate_interval"
VERDICTS = "max by (job, publisher, way, verdict, code) (rate(oseredok_intake_verdicts_total[$__rate_interval]))"

STANDING = Row(
    "Does it run",
    (
        Number("Copies up", "Of the four services", f"sum(up{{{JOBS}}})", limit=4, high_is_good=True),
        Number(
            "Alerts",
            "What fires now, Watchdog apart; RUNBOOK.md has a section for each",
            'count(ALERTS{alertstate="firing", severity!="none"}) or vector(0)',
            limit=1,
        ),
        Number("Database", "1 when every service can read it", "min(oseredok_database_up)", limit=1, high_is_good=True),
        Number("Kafka", "1 when it answers every service", "min(oseredok_kafka_up)", limit=1, high_is_good=True),
        Number(
            "Ledger's difference",
            "Received less what became of it: 0, always",
            "max(abs(oseredok:ledger_difference)) or vector(0)",
            limit=1,
        ),
        Number(
            "In quarantine",
            "Events that somebody should mend or discard",
            "sum(max by (job, publisher, way, code) (oseredok_quarantine_events)) or vector(0)",
        ),
        Number(
            "Waiting",
            "Events for something that nobody has declared yet",
            "sum(max by (job, publisher, way) (oseredok_intake_waiting)) or vector(0)",
        ),
    ),
)
TRAFFIC = Row(
    "Traffic",
    (
        Graph(
            "Events received",
            "Who sends, and how much",
            [
                (
                    f"sum by (publisher) (max by (job, publisher, way) (rate(oseredok_intake_received_total[{RATE}])))",
                    "{{publisher}}",
                )
            ],
            "cps",
        ),
        Graph("Verdicts", "What becomes of them", [(f"sum by (verdict) ({VERDICTS})", "{{verdict}}")], "cps"),
        Graph(
            "Published",
            "What services tell each other and their publishers",
            [(f"sum by (job) (rate(oseredok_relay_sent_total[{RATE}]))", "{{job}}")],
            "cps",
        ),
        Graph(
            "Messages",
            "By state: unknown and failed ones need somebody to look",
            [("sum by (status) (max by (notice, status) (oseredok_deliveries))", "{{status}}")],
        ),
    ),
)
LATENCY = Row(
    "Latency",
    (
        Graph(
            "Answers, 95th percentile",
            "What people and publishers wait for",
            [
                (
                    "histogram_quantile(0.95, sum by (job, le) "
                    f'(rate(oseredok_http_request_seconds_bucket{{port="public"}}[{RATE}])))',
                    "{{job}}",
                )
            ],
            "s",
        ),
        Graph(
            "Batches, 95th percentile",
            "What intake takes, retries included",
            [(f"histogram_quantile(0.95, sum by (job, le) (rate(oseredok_batch_seconds_bucket[{RATE}])))", "{{job}}")],
            "s",
        ),
        Graph(
            "Age of the outbox",
            "For how long committed messages have not been published",
            [("max by (job) (oseredok_outbox_age_seconds)", "{{job}}")],
            "s",
        ),
        Graph(
            "Age of the mail",
            "How long the oldest message has waited",
            [("max(oseredok_deliveries_pending_age_seconds)", "oldest")],
            "s",
        ),
    ),
)
ERRORS = Row(
    "Errors",
    (
        Graph(
            "Answers 5xx",
            "Our faults; readiness is asked all the time, and left out",
            [
                (
                    "sum by (job) (rate(oseredok_http_requests_total"
                    f'{{status=~"5..", route!~"/readyz|/livez"}}[{RATE}])) {NONE}',
                    "{{job}}",
                )
            ],
            "reqps",
        ),
        Graph(
            "Batches tried again",
            "The database's health",
            [(f"sum by (job) (rate(oseredok_batch_retries_total[{RATE}])) {NONE}", "{{job}}")],
            "cps",
        ),
        Graph(
            "Quarantine by publisher",
            "Whom to talk to",
            [("sum by (publisher) (max by (job, publisher, way, code) (oseredok_quarantine_events))", "{{publisher}}")],
        ),
        Graph(
            "Records lost",
            "What Kafka deleted before it was read: 0, always",
            [(f"sum by (job) (oseredok_offsets_lost_total) {NONE}", "{{job}}")],
        ),
    ),
)
SATURATION = Row(
    "Saturation",
    (
        Graph("Lag", "How far behind", [("sum by (job) (oseredok_consumer_lag_records)", "{{job}}")]),
        Graph(
            "Connections in use",
            "Of those that there may be",
            [
                (
                    'sum by (job) (oseredok_pool_connections{state="in_use"}) '
                    "/ sum by (job) (oseredok_pool_connections_max)",
                    "{{job}}",
                )
            ],
            "percentunit",
        ),
        Graph(
            "Memory",
            "Resident, by copy",
            [(f"process_resident_memory_bytes{{{JOBS}}}", "{{job}} {{instance}}")],
            "bytes",
        ),
        Graph(
            "Tables",
            "What each service's rows and indexes take up",
            [("sum by (job) (max by (job, table) (oseredok_table_bytes))", "{{job}}")],
            "bytes",
        ),
    ),
)

BOARD = Board(
    "oseredok-platform",
    "Platform",
    "Whether all of it runs, and where it does not",
    (STANDING, TRAFFIC, LATENCY, ERRORS, SATURATION),
)
