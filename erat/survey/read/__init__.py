"""Reading what comes back from the field: every form of file becomes one long table of cells."""
