"""One publisher: what it sends, what becomes of it, what it should mend."""

from oseredok_dashboards.parts import Board, Graph, Number, Row

WHO = 'publisher="$publisher"'
RATE = "$__rate_interval"
VERDICTS = f"max by (job, way, verdict, code) (oseredok_intake_verdicts_total{{{WHO}}})"


def verdict(name: str) -> str:
    """All events of the publisher with this verdict."""
    chosen = f'oseredok_intake_verdicts_total{{{WHO}, verdict="{name}"}}'
    return f"sum(max by (job, way, code) ({chosen})) or vector(0)"


COUNTS = Row(
    "All there ever was",
    (
        Number("Received", "By both ways in", f"sum(max by (job, way) (oseredok_intake_received_total{{{WHO}}}))"),
        Number("Accepted", "Took effect", verdict("accepted")),
        Number("Duplicates", "Sent again: harmless", verdict("duplicate")),
        Number("Rejected", "Answered on the spot, over HTTP", verdict("rejected")),
        Number(
            "In quarantine",
            "To be mended or discarded",
            f"sum(max by (job, way, code) (oseredok_quarantine_events{{{WHO}}})) or vector(0)",
            limit=1,
        ),
        Number(
            "Waiting",
            "For what nobody has declared",
            f"sum(max by (job, way) (oseredok_intake_waiting{{{WHO}}})) or vector(0)",
        ),
    ),
)
FLOW = Row(
    "How it comes in",
    (
        Graph(
            "Received by way",
            "When it last spoke, and how",
            [
                (
                    f"sum by (way) (max by (job, way) (rate(oseredok_intake_received_total{{{WHO}}}[{RATE}])))",
                    "{{way}}",
                )
            ],
            "cps",
        ),
        Graph(
            "Verdicts",
            "Is its work in order",
            [
                (
                    "sum by (verdict) (max by (job, way, verdict, code) "
                    f"(rate(oseredok_intake_verdicts_total{{{WHO}}}[{RATE}])))",
                    "{{verdict}}",
                )
            ],
            "cps",
        ),
        Graph(
            "Share that took effect",
            "Of all that came in",
            [
                (
                    f"sum({VERDICTS.replace(WHO, WHO + ', verdict=~' + chr(34) + 'accepted|duplicate' + chr(34))}) "
                    f"/ sum(max by (job, way) (oseredok_intake_received_total{{{WHO}}}))",
                    "accepted or duplicate",
                )
            ],
            "percentunit",
        ),
    ),
)
FAULTS = Row(
    "What it should mend",
    (
        Graph(
            "Refused by reason",
            "Quarantined or rejected, since the beginning",
            [(f"sum by (code) ({VERDICTS.replace(WHO, WHO + ', code!=' + chr(34) * 2)})", "{{code}}")],
        ),
        Graph(
            "In quarantine by reason",
            "What is there now",
            [(f"sum by (code) (max by (job, way, code) (oseredok_quarantine_events{{{WHO}}}))", "{{code}}")],
        ),
        Graph(
            "Left quarantine",
            "Redriven or discarded",
            [(f"sum(max by (job, way, code) (oseredok_quarantine_released_total{{{WHO}}})) or vector(0)", "left")],
        ),
    ),
)

BOARD = Board(
    "oseredok-publisher",
    "Publisher",
    "What one publisher sends, and what becomes of it",
    (COUNTS, FLOW, FAULTS),
    variable="publisher",
    values="label_values(oseredok_intake_received_total, publisher)",
    since="now-7d",
)
