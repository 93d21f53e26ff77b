"""Links say what they are, and single links made at run time have rows, too: those that are there get theirs.

An index on the JSON of such a field serves nothing any more and goes.
"""

from django.db import migrations, models

from rapport.core.fields import Link
from rapport.core.fields.json_index import index_names
from rapport.core.fields.json_key import literal
from rapport.core.objects import registry


def write_rows(apps, schema_editor):
    connection = schema_editor.connection
    for row in apps.get_model("core", "FieldDef").objects.filter(type="link"):
        spec = registry.find(row.kind)
        if spec is None:
            continue
        table = connection.ops.quote_name(spec.model._meta.db_table)
        number = literal("t.custom", row.key, "integer", connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_recordlink (from_record_id, field_key, to_record_id, label) "
                f"SELECT t.record_id, '{row.key}', r.id, '' FROM {table} t JOIN core_record r ON r.id = {number} "
                f"WHERE {number} IS NOT NULL ON CONFLICT DO NOTHING"
            )
            for name in index_names(spec, Link(row.key, row.label, custom=True)):
                cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(name)}")
        row.is_indexed, row.index_state = False, ""
        row.save(update_fields=["is_indexed", "index_state"])


class Migration(migrations.Migration):
    dependencies = [("core", "0010_archives")]

    operations = [
        migrations.AddField("recordlink", "label", models.CharField(default="", max_length=80)),
        migrations.RunPython(write_rows, migrations.RunPython.noop),
    ]
