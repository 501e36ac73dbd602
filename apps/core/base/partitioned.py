"""Making a table that is partitioned by month, for migrations of models that say `partitioned = True`."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class CreatePartitioned(migrations.CreateModel):
    """Create a model's table as monthly ranges of its time-ordered id, three months ahead, and a DEFAULT partition.

    The key stays the plain `id`; a look-up by it touches one partition. Write it in place of the generated CreateModel.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the table and its partitions."""
        editor: Any = schema_editor
        plain = editor.sql_create_table
        editor.sql_create_table = f"{plain} PARTITION BY RANGE (id)"
        try:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        finally:
            editor.sql_create_table = plain
        table = self.options.get("db_table") or f"{app_label}_{self.name_lower}"
        editor.execute("SELECT core_partition_table(%s)", [table])

    def describe(self) -> str:
        """Return what the migration's output says."""
        return f"Create partitioned model {self.name}"
