import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import onetrip.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    onetrip.core.ids.PublicIdField(
                        default=onetrip.core.ids.new_public_id, editable=False, max_length=16, unique=True
                    ),
                ),
                ("form", models.CharField(choices=[("csv", "CSV"), ("xlsx", "Excel")], max_length=4)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "venue_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), null=True, size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting to be written"),
                            ("running", "being written"),
                            ("ready", "ready to be fetched"),
                            ("failed", "could not be written"),
                            ("gone", "deleted"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("written", models.PositiveIntegerField(default=0)),
                ("file", models.CharField(blank=True, max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["staff", "-asked_at"], name="exports_of_somebody"),
                    models.Index(
                        condition=models.Q(("state", "gone"), _negated=True),
                        fields=["expires_at"],
                        name="exports_by_their_end",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state", "ready"), ("file", ""), _connector="OR"),
                        name="a_ready_export_has_the_file",
                    )
                ],
            },
        ),
    ]
