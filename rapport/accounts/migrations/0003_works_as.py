"""The role with whose rights administrators work until they open a staff session; none: they always have all."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_role_rights")]

    operations: ClassVar = [
        migrations.AddField(
            "workspace",
            "works_as",
            models.ForeignKey("accounts.role", django.db.models.deletion.PROTECT, null=True, related_name="+"),
        ),
    ]
