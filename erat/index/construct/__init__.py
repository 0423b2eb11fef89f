"""The steps of constructing an index, one file a step: pure functions on arrays.

Arrays are ``(..., units, indicators)``, nan where missing. Nothing here knows of files or methods
in YAML.
"""
