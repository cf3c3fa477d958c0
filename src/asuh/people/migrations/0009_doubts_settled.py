

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0008_identity_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='identitychange',
            name='settled',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None),
        ),
    ]
