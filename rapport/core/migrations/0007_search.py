"""The tables that search looks into, and each database's own index of three letters.

A workspace that holds records already has no entries for them yet: “rapport run” and “rapport search --rebuild”
write them.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.utils import DatabaseError

import rapport.core.records.models
from rapport.core.objects import registry
from rapport.core.search import fulltext

_POSTGRES = (
    "CREATE INDEX core_searchentry_open ON core_searchentry USING gin (open_text gin_trgm_ops)",
    "CREATE INDEX core_searchentry_restricted ON core_searchentry USING gin (restricted_text gin_trgm_ops) "
    "WHERE restricted_text <> ''",
    "CREATE INDEX core_searchentry_newest ON core_searchentry (kind, record_id)",
)


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for spec in registry.every():  # “rapport run” makes the tables of objects that come later
            for statement in fulltext.statements(spec.key):
                schema_editor.execute(statement)
        return
    _need_extension(schema_editor)
    for statement in _POSTGRES:
        schema_editor.execute(statement)


def _need_extension(schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError as error:
            raise DatabaseError(
                "Search needs the extension pg_trgm of PostgreSQL, and this database user may not create it. "
                "Let an administrator of the database run: CREATE EXTENSION pg_trgm; and start Rapport again."
            ) from error


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for spec in registry.every():  # the triggers go with their table
            schema_editor.execute(f"DROP TABLE IF EXISTS {fulltext.table(spec.key)}")


def ask_for_entries(apps, schema_editor):
    kinds = apps.get_model("core", "Record").objects.order_by("kind").values_list("kind", flat=True).distinct()
    scope = apps.get_model("core", "SearchScope")
    scope.objects.bulk_create([scope(kind=kind, is_ready=False, position=0) for kind in kinds])


class Migration(migrations.Migration):
    dependencies = [("core", "0006_undo")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "record",
                    rapport.core.records.models.RecordKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="core.record",
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("live", models.BooleanField(default=True)),
                ("open_text", models.TextField()),
                ("restricted_text", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="SearchScope",
            fields=[
                ("kind", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("hidden", models.JSONField(default=list)),
                ("apart", models.JSONField(default=list)),
                ("is_ready", models.BooleanField(default=True)),
                ("position", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(ask_for_entries, migrations.RunPython.noop),
    ]
