from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0002_leads'),
    ]

    operations = [
        migrations.AddField(
            model_name='deal',
            name='approval',
            field=models.CharField(default='', max_length=10),
        ),
    ]
