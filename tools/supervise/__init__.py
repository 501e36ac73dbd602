"""Keeps a set of child processes alive and leaves none behind.

Knows nothing of Strongroom: what runs is told by its caller (tools.demo).
"""
