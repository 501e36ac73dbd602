"""The numbers that people quote of their tickets."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE helpdesk_ticket_numbers AS bigint START 10001", reverse_sql=migrations.RunSQL.noop
        )
    ]
