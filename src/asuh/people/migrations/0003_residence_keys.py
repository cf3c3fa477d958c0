import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("people", "0002_facts")]

    operations = [
        migrations.AddField(
            model_name="residence",
            name="belonged_key",
            field=models.CharField(db_collation="C", max_length=10, null=True),
        ),
        migrations.AddField(
            model_name="residence",
            name="stayed_key",
            field=models.CharField(db_collation="C", max_length=10, null=True),
        ),
        migrations.AlterField(
            model_name="residence",
            name="address",
            field=models.CharField(blank=True, db_default="", max_length=500),
        ),
        migrations.RemoveConstraint(model_name="residence", name="residence_never_twice_at_once"),
        migrations.AddConstraint(
            model_name="residence",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("started_on__isnull", False)),
                expressions=[
                    (
                        models.Func(
                            models.F("person"), models.F("person"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (models.Func(models.F("started_on"), models.F("ended_on"), function="daterange"), "&&"),
                ],
                name="residence_never_twice_at_once",
            ),
        ),
    ]
