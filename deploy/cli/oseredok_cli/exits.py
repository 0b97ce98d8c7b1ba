"""Exit codes of every command: one table, for `--help` and for the documents."""

SOUND, WRONG, MISUSED, LEFT, INTERRUPTED = 0, 1, 2, 3, 130

TABLE = (
    (SOUND, "done; what was looked at is sound"),
    (WRONG, "something is wrong, or could not be done: one line on stderr, or the findings, say what"),
    (MISUSED, "wrong use: no such command or option, or a value that it can't have"),
    (LEFT, "done, and some of what was asked for is still held, or was left as it is"),
    (INTERRUPTED, "interrupted (Ctrl-C)"),
)

HELP = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in TABLE) + "."
