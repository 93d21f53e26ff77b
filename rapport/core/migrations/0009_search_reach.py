"""Whose a record is beside its words, and on PostgreSQL an index for each kind of object.

On SQLite the full-text tables get the new columns; “rapport run” and “rapport search --rebuild” write all entries anew.
"""

from django.db import migrations, models

from rapport.core.objects import registry
from rapport.core.search import fulltext, gin

_OLD_INDEX = "CREATE INDEX core_searchentry_open ON core_searchentry USING gin (open_text gin_trgm_ops)"


def drop_tables(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for spec in registry.every():
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {fulltext.table(spec.key)}_gone")
            schema_editor.execute(f"DROP TABLE IF EXISTS {fulltext.table(spec.key)}")


def make_tables(apps, schema_editor):
    for spec in registry.every():
        if schema_editor.connection.vendor == "sqlite":
            for statement in fulltext.statements(spec.key):
                schema_editor.execute(statement)
        else:
            schema_editor.execute(gin.statement(spec.key))
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP INDEX core_searchentry_open")


def go_back(apps, schema_editor):
    drop_tables(apps, schema_editor)
    if schema_editor.connection.vendor != "sqlite":
        for spec in registry.every():
            schema_editor.execute(f"DROP INDEX IF EXISTS {fulltext.table(spec.key)}")
        schema_editor.execute(_OLD_INDEX)


def ask_for_entries(apps, schema_editor):
    scopes = apps.get_model("core", "SearchScope").objects
    for kind in apps.get_model("core", "Record").objects.order_by("kind").values_list("kind", flat=True).distinct():
        scopes.update_or_create(kind=kind, defaults={"is_ready": False, "position": 0})


class Migration(migrations.Migration):
    dependencies = [("core", "0008_fields")]

    operations = [
        migrations.RunPython(drop_tables, migrations.RunPython.noop),
        migrations.AddField("searchentry", "reach", models.TextField(default="")),
        migrations.RunPython(make_tables, go_back),
        migrations.RunPython(ask_for_entries, migrations.RunPython.noop),
    ]
