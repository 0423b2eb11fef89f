"""Notebooks, run and shown as pages of a site."""
