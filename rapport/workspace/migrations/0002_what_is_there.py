"""Workspaces from before: which sample is in them, and that nobody there needs a welcome any more."""

from django.db import migrations


def note(apps, schema_editor):
    Workspace = apps.get_model("accounts", "Workspace")
    User = apps.get_model("accounts", "User")
    Act = apps.get_model("core", "Act")
    if Act.objects.filter(kind="sample", counts__cleared__isnull=True).exists():
        Workspace.objects.update(sample="software")
    seen = User.objects.filter(last_login__isnull=False).order_by("-last_login").values_list("last_login", flat=True).first()
    if seen is not None:
        Workspace.objects.update(welcomed_at=seen)


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_first_steps"), ("core", "0014_search_newest")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
