import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import thinktank.fields


class Migration(migrations.Migration):
    dependencies = [
        ("thinktank", "0002_audit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="image",
            options={
                "ordering": ["-pk"],
                "permissions": [("withdraw_image", "Can withdraw and replace images")],
                "verbose_name": "image",
                "verbose_name_plural": "images",
            },
        ),
        migrations.AddField(
            model_name="image",
            name="caption",
            field=thinktank.fields.LineField(
                blank=True,
                help_text="What is offered as the caption where the picture is placed in a text.",
                max_length=500,
                verbose_name="caption",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="caption_ar",
            field=thinktank.fields.LineField(
                blank=True,
                help_text="What is offered as the caption where the picture is placed in a text.",
                max_length=500,
                null=True,
                verbose_name="caption",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="caption_en",
            field=thinktank.fields.LineField(
                blank=True,
                help_text="What is offered as the caption where the picture is placed in a text.",
                max_length=500,
                null=True,
                verbose_name="caption",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="licence",
            field=thinktank.fields.LineField(
                blank=True,
                help_text="What allows us to show it: our own, bought, CC BY 4.0…",
                max_length=100,
                verbose_name="licence",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="licence_until",
            field=models.DateField(
                blank=True,
                help_text="The last day on which readers may be shown it. After that day it leaves the public pages by itself.",
                null=True,
                verbose_name="licence ends on",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="source_url",
            field=models.URLField(
                blank=True,
                help_text="The address of the agency or the archive.",
                max_length=500,
                verbose_name="where it came from",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="uploaded_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="image",
            name="withdrawal_reason",
            field=thinktank.fields.LineField(blank=True, editable=False, max_length=500),
        ),
        migrations.AddField(
            model_name="image",
            name="withdrawn_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="page",
            name="pictures",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
            ),
        ),
        migrations.RunSQL(
            """
            UPDATE thinktank_page SET pictures = ARRAY(
                SELECT DISTINCT found[1]::bigint
                FROM regexp_matches(concat_ws(' ', body_en, body_ar), 'data-image="([0-9]{1,18})"', 'g') AS found
                ORDER BY 1
            ) WHERE concat_ws(' ', body_en, body_ar) LIKE '%%data-image=%%'
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="image",
            name="created_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="added on"),
        ),
        migrations.AlterField(
            model_name="image",
            name="credit",
            field=thinktank.fields.LineField(
                blank=True, help_text="Who made it: a name, printed as it is.", max_length=200, verbose_name="credit"
            ),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                condition=models.Q(("licence_until__isnull", False)),
                fields=["licence_until"],
                name="image_licence_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), models.Q(("withdrawal_reason", ""), _negated=True), _connector="OR"
                ),
                name="image_withdrawal_has_a_reason",
            ),
        ),
    ]
