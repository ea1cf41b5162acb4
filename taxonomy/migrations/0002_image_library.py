import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("taxonomy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="format",
            name="pictures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="region",
            name="pictures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="pictures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE taxonomy_format SET pictures = ARRAY(
                SELECT DISTINCT found[1]::bigint
                FROM regexp_matches(concat_ws(' ', summary_en, summary_ar), 'data-image="([0-9]{1,18})"', 'g') AS found
                ORDER BY 1
            ) WHERE concat_ws(' ', summary_en, summary_ar) LIKE '%%data-image=%%'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            UPDATE taxonomy_region SET pictures = ARRAY(
                SELECT DISTINCT found[1]::bigint
                FROM regexp_matches(concat_ws(' ', summary_en, summary_ar), 'data-image="([0-9]{1,18})"', 'g') AS found
                ORDER BY 1
            ) WHERE concat_ws(' ', summary_en, summary_ar) LIKE '%%data-image=%%'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            UPDATE taxonomy_topic SET pictures = ARRAY(
                SELECT DISTINCT found[1]::bigint
                FROM regexp_matches(concat_ws(' ', summary_en, summary_ar), 'data-image="([0-9]{1,18})"', 'g') AS found
                ORDER BY 1
            ) WHERE concat_ws(' ', summary_en, summary_ar) LIKE '%%data-image=%%'
            """,
            migrations.RunSQL.noop,
        ),
    ]
