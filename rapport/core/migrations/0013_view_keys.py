"""Views get a key that never changes, made of their name and their number."""

from typing import Any

from django.db import migrations, models

from rapport.lib.text import fold


def name_them(apps: Any, _editor: Any) -> None:
    views = apps.get_model("core", "View")
    for view in views.objects.only("pk", "name"):
        plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in fold(view.name))
        key = "_".join([*filter(None, plain.split("_")), str(view.pk)])[-50:].lstrip("_")
        views.objects.filter(pk=view.pk).update(key=key)


class Migration(migrations.Migration):
    dependencies = [("core", "0012_quality")]

    operations = [
        migrations.AddField("view", "key", models.CharField(default="", max_length=60)),
        migrations.RunPython(name_them, migrations.RunPython.noop),
        migrations.AddConstraint(
            "view",
            models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("kind", "key"), name="view_key"
            ),
        ),
    ]
