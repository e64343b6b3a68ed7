import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0008_transfer_and_answers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="readyanswer",
            name="id",
            field=models.BigAutoField(
                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
            ),
        ),
        migrations.CreateModel(
            name="CallQuality",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("party", models.CharField(max_length=8)),
                ("session", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("lasted_s", models.PositiveIntegerField()),
                ("setup_ms", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveSmallIntegerField()),
                ("received", models.PositiveBigIntegerField()),
                ("lost", models.PositiveBigIntegerField()),
                ("freezes", models.PositiveIntegerField()),
                ("frozen_ms", models.PositiveIntegerField()),
                ("relayed", models.BooleanField(null=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="qualities",
                        to="consultations.consultation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="quality_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consultation", "party", "session"), name="one_report_a_page"
                    )
                ],
            },
        ),
    ]
