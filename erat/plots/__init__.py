"""Figures: a function a figure. Each takes pandas objects and a language, and returns a Figure.

No function touches matplotlib's global state: figures are made without pyplot.
"""
