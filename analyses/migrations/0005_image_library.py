import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analyses", "0004_created_by_and_roles"),
        ("experts", "0003_image_library"),
        ("taxonomy", "0002_image_library"),
        ("thinktank", "0003_image_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="analysis",
            name="pictures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="pictures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE analyses_analysis SET pictures = ARRAY(
                SELECT DISTINCT found[1]::bigint
                FROM regexp_matches(concat_ws(' ', body_en, body_ar), 'data-image="([0-9]{1,18})"', 'g') AS found
                ORDER BY 1
            ) WHERE concat_ws(' ', body_en, body_ar) LIKE '%%data-image=%%'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            UPDATE analyses_edition SET pictures = ARRAY(
                SELECT DISTINCT found[1]::bigint
                FROM regexp_matches(concat_ws(' ', source), 'data-image="([0-9]{1,18})"', 'g') AS found
                ORDER BY 1
            ) WHERE concat_ws(' ', source) LIKE '%%data-image=%%'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="analysis",
            index=django.contrib.postgres.indexes.GinIndex(fields=["pictures"], name="analysis_pictures"),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=django.contrib.postgres.indexes.GinIndex(fields=["pictures"], name="edition_pictures"),
        ),
    ]
