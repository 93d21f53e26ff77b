"""PostgreSQL: the newest entries are found by the keys of the object's own table, so this index is not needed."""

from django.db import migrations

_INDEX = "CREATE INDEX core_searchentry_newest ON core_searchentry (kind, record_id)"


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX core_searchentry_newest")


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_INDEX)


class Migration(migrations.Migration):
    dependencies = [("core", "0013_export_job")]

    operations = [migrations.RunPython(drop, make)]
