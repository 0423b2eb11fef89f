"""Editions: a year, borders, framework and method, published together; and their results on disk."""
