"""Calls are passed on with their context, and answers lie ready to be sent."""

import django.db.models.deletion
from django.db import migrations, models

import onetrip.core.crypto
import onetrip.core.ids


class Migration(migrations.Migration):
    dependencies = [("consultations", "0007_quiet_presence")]

    operations = [
        migrations.AddField(
            model_name="consultation", name="transferred_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="consultation",
            name="hand_note",
            field=onetrip.core.crypto.SealedTextField(default="", purpose="consultations.hand_note"),
        ),
        migrations.AddField(
            model_name="consultation",
            name="wanted_post",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="consultations.post",
            ),
        ),
        migrations.CreateModel(
            name="ReadyAnswer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("public_id", onetrip.core.ids.PublicIdField()),
                ("item_code", models.CharField(blank=True, max_length=60)),
                ("place", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=300)),
                ("text_en", models.CharField(max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item_code", "place"), name="one_answer_at_a_place")
                ],
            },
        ),
    ]
