"""Benchmarks on the production shape. Each prints lines of JSON, one for each name."""
