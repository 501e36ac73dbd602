"""Composition of the project. The Celery application exists in every process, so that each sends to our broker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
