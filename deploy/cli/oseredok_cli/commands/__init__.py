"""The commands, one module a group. Each registers itself on the app that __main__ makes."""
