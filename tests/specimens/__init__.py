"""Rows of every kind, made for tests alone: a shelf of papers.

The product has no such app. After a change of the models: delete the migration, then
`DJANGO_SETTINGS_MODULE=tests.support.settings python manage.py makemigrations specimens -n initial`, with the
environment of `.env.example`; then write the dependency on core's first migration into it.
"""
