"""The shell commands of ``erat``: options in, library called, results written."""
