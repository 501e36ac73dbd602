"""The journey: a separate program that drives the running demo from outside, step by step, and checks the books.

It speaks HTTP only and imports nothing of the product.
"""
