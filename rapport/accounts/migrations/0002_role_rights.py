"""Special rights of roles. Whoever may edit could change many records at once until now, and still can."""

from typing import Any, ClassVar

from django.db import migrations, models


def keep_bulk(apps: Any, _editor: Any) -> None:
    """Gives the rights that go with what each role may do already; administrators have all."""
    for role in apps.get_model("accounts", "Role").objects.filter(is_admin=False):
        edits = any(levels.get("edit", "none") != "none" for levels in role.levels.values())
        if edits:
            role.rights = ["bulk", "merge"] if role.key == "manager" else ["bulk"]
            role.save(update_fields=["rights"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("role", "rights", models.JSONField(default=list)),
        migrations.RunPython(keep_bulk, migrations.RunPython.noop),
    ]
