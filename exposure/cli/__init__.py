"""The command line: opens, calls, prints."""
