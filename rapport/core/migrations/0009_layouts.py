"""Layouts take the place of the orders of facts, which they keep."""

import secrets

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_orders(apps, schema_editor):
    orders = apps.get_model("core", "FactOrder").objects.all()
    layouts = [
        {"kind": one.kind, "user_id": one.user_id, "shape": {"keys": one.keys, "left_out": one.left_out, "groups": []}}
        for one in orders
    ]
    Layout = apps.get_model("core", "Layout")
    Layout.objects.bulk_create(Layout(part="facts", version=1, **one) for one in layouts)
    if any(one["user_id"] is None for one in layouts):  # part of the definitions now
        versions = apps.get_model("core", "Definitions").objects
        versions.update_or_create(pk=1, defaults={"version": secrets.randbits(62) + 1})


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_works_as"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0008_merging"),
    ]

    operations = [
        migrations.CreateModel(
            name="Layout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60)),
                ("part", models.CharField(max_length=10)),
                ("shape", models.JSONField(null=True)),
                ("before", models.JSONField(null=True)),
                ("version", models.IntegerField(default=0)),
                ("role", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.role")),
                ("user", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind", "part"), name="layout_own"),
                    models.UniqueConstraint(condition=models.Q(("user", None)), fields=("role", "kind", "part"), name="layout_role"),
                    models.UniqueConstraint(condition=models.Q(("role", None), ("user", None)), fields=("kind", "part"), name="layout_house"),
                ],
            },
        ),
        migrations.RunPython(keep_orders, migrations.RunPython.noop, elidable=True),
        migrations.DeleteModel(name="FactOrder"),
    ]
