from django.db import migrations, models

#: A home begins where the one before it ended, the first one at the earliest period that found its people in it;
#: only where nobody has said otherwise of any home of that person.
BEGIN = """
WITH unsaid AS (
    SELECT person_id FROM people_residence GROUP BY person_id HAVING count(started_on) = 0
), chain AS (
    SELECT r.id, r.person_id, r.household_id, r.belonged_key, r.ended_on,
           lag(r.ended_on) OVER home AS before, lag(r.delivery_id) OVER home AS told
    FROM people_residence r JOIN unsaid u USING (person_id)
    WINDOW home AS (PARTITION BY r.person_id ORDER BY r.ended_on, r.id)
), found AS (
    SELECT c.id, min(m.period) AS period
    FROM chain c JOIN people_household h ON h.id = c.household_id
    JOIN people_memberrow m ON m.person_id = c.person_id AND m.idbdt = h.idbdt AND m.area_key = c.belonged_key
    WHERE c.before IS NULL AND m.replaced_by_id IS NULL AND m.period <= c.ended_on
    GROUP BY c.id
)
UPDATE people_residence r
SET started_on = coalesce(c.before, f.period),
    started_as = CASE WHEN c.before IS NULL THEN 'before' WHEN c.told IS NULL THEN 'day' ELSE 'period' END
FROM chain c LEFT JOIN found f ON f.id = c.id
WHERE r.id = c.id AND coalesce(c.before, f.period) IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_drafts"),
    ]

    operations = [
        migrations.AddField(
            model_name="residence",
            name="started_as",
            field=models.CharField(db_default="day", default="day", max_length=10),
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
