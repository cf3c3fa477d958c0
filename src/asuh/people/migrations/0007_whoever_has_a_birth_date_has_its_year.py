from django.db import migrations, models

FILL = """
UPDATE people_person SET born_year = extract(year FROM born_on) WHERE born_on IS NOT NULL AND born_year IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0006_residence_started_as")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="person", name="person_born_year_agrees"),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("born_on__isnull", True),
                    models.Q(("born_year", models.F("born_on__year")), ("born_year__isnull", False)),
                    _connector="OR",
                ),
                name="person_born_year_agrees",
            ),
        ),
    ]
