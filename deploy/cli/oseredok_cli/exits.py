"""Exit codes of every command: one table, for `--help` and for the documents."""

SOUND, WRONG, MISUSED, INTERRUPTED = 0, 1, 2, 130

TABLE = (
    (SOUND, "done; what was looked at is sound"),
    (WRONG, "something is wrong, or could not be done: one line on stderr, or the findings, say what"),
    (MISUSED, "wrong use: no such command or option, or a value that it can't have"),
    (INTERRUPTED, "interrupted (Ctrl-C)"),
)

HELP = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in TABLE) + "."
