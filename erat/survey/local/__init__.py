"""A province's own figures: tables in ``data/local``, a folder that is never published."""
