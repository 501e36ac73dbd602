"""Stands on core, whose functions the triggers of every table call."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = (("core", "0001_functions"),)
    operations = ()
