"""The programme: what was reached, beside what is to be reached and what was published."""

from oseredok_dashboards.parts import Board, Graph, Number, Row


def figure(name: str) -> str:
    """An indicator's total."""
    return f'max(oseredok_indicator{{indicator="{name}"}}) or vector(0)'


def by(label: str, name: str) -> str:
    """A gauge of the programme, added up by one of its labels."""
    return f"sum by ({label}) (max without (instance) (oseredok_{name}))"


REACHED = Row(
    "What was reached",
    (
        Number("Activities held", "Where the programme happens", figure("activities_held")),
        Number("Participants", "Attendances at information events", figure("participants")),
        Number("Hromadas", "With an attended activity", figure("hromadas_reached")),
        Number("Libraries", "With an attended activity", figure("libraries_reached")),
        Number("Learners", "Completions of online courses", figure("learners")),
        Number("Outcomes", "Where something changed", figure("outcomes")),
    ),
)
TARGETS = Row(
    "Beside its targets",
    (
        Graph(
            "Share of targets",
            "What was reached in a target's period, of what is to be reached",
            [
                (
                    "max by (indicator, period) (oseredok_indicator_towards_target)"
                    " / max by (indicator, period) (oseredok_indicator_target)",
                    "{{indicator}} {{period}}",
                )
            ],
            "percentunit",
        ),
        Graph(
            "Ours beside what was published",
            "1: our figure is what the programme published",
            [
                (
                    "max by (indicator) (oseredok_indicator) / max by (indicator) (oseredok_indicator_published)",
                    "{{indicator}}",
                )
            ],
            "percentunit",
        ),
    ),
)
PLACES = Row(
    "Where, and how",
    (
        Graph("Activities by oblast", "Where it happens", [(by("oblast", "activities_held"), "{{oblast}}")]),
        Graph("Activities by kind", "How", [(by("kind", "activities_held"), "{{kind}}")]),
        Graph("Participants by oblast", "Whom it reaches", [(by("oblast", "participants"), "{{oblast}}")]),
        Graph("Hromadas by oblast", "How far it spreads", [(by("oblast", "hromadas_reached"), "{{oblast}}")]),
    ),
)
BESIDE = Row(
    "Learning and publications",
    (
        Graph("Learners by course", "Which courses are learned", [(by("course", "learners"), "{{course}}")]),
        Graph("Outcomes by oblast", "Where something changed", [(by("oblast", "outcomes"), "{{oblast}}")]),
        Graph(
            "Publications by kind", "What the library of publications gains", [(by("kind", "publications"), "{{kind}}")]
        ),
        Graph("Libraries by oblast", "Which hubs are alive", [(by("oblast", "libraries_reached"), "{{oblast}}")]),
    ),
)
PEOPLE = Row(
    "Activities and people",
    (
        Graph("Activities by status", "Does the season move", [(by("status", "activities"), "{{status}}")]),
        Graph("Libraries known by kind", "Is the programme loaded", [(by("kind", "registry_libraries"), "{{kind}}")]),
        Graph("Recipients by role", "Who can be told things", [(by("role", "recipients_reachable"), "{{role}}")]),
        Graph("Messages by notice", "What they are told", [(by("notice", "deliveries"), "{{notice}}")]),
    ),
)

BOARD = Board(
    "oseredok-programme",
    "Programme",
    "The programme's figures, as the API has them",
    (REACHED, TARGETS, PLACES, BESIDE, PEOPLE),
    since="now-30d",
)
