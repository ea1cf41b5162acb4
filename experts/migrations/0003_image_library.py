import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("experts", "0002_account_of_an_expert"),
    ]

    operations = [
        migrations.AddField(
            model_name="expert",
            name="pictures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE experts_expert SET pictures = ARRAY(
                SELECT DISTINCT found[1]::bigint
                FROM regexp_matches(concat_ws(' ', bio_en, bio_ar), 'data-image="([0-9]{1,18})"', 'g') AS found
                ORDER BY 1
            ) WHERE concat_ws(' ', bio_en, bio_ar) LIKE '%%data-image=%%'
            """,
            migrations.RunSQL.noop,
        ),
    ]
