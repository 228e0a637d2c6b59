"""The command line: one file per command, started by `app.py`. The only place that prints."""
