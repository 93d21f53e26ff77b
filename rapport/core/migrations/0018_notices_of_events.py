"""Notices know the event they tell of; what is new of mentions is kept among them."""

import django.db.models.deletion
from django.db import migrations, models

CHUNK = 1_000


def tell_mentions(apps, schema_editor):
    """Mentions that nobody has opened become unread notices."""
    Mention, Notice = apps.get_model("core", "Mention"), apps.get_model("core", "Notice")
    unseen = Mention.objects.filter(seen_at=None).order_by("at", "pk")
    notices = (
        Notice(
            user_id=mention.user_id, kind="mention", record_id=mention.record_id, by_id=mention.by_id, at=mention.at,
            once=f"mention:{mention.pk}",
        )
        for mention in unseen.iterator(CHUNK)
    )
    Notice.objects.bulk_create(notices, batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [("core", "0017_record_page")]

    operations = [
        migrations.RunPython(tell_mentions, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="mention", name="mention_user"),
        migrations.RemoveField(model_name="mention", name="seen_at"),
        migrations.AddField(
            model_name="notice",
            name="event",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                to="core.event",
            ),
        ),
    ]
