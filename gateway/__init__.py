"""How people and systems get in: the command line, settings, and the one place where everything is put together."""
