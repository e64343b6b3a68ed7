import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import onetrip.core.crypto
import onetrip.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
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
                (
                    "about",
                    models.CharField(
                        choices=[("visit", "a visit"), ("consultation", "a consultation")], max_length=12
                    ),
                ),
                ("subject", models.CharField(max_length=16)),
                ("item_name", models.CharField(max_length=120)),
                ("venue_code", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("filed", "received"),
                            ("in_hand", "being looked into"),
                            ("answered", "answered"),
                            ("escalated", "with the supervisors"),
                            ("closed", "closed"),
                            ("withdrawn", "taken back"),
                        ],
                        default="filed",
                        max_length=10,
                    ),
                ),
                ("filed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("in_time", models.BooleanField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("forgotten_at", models.DateTimeField(null=True)),
                (
                    "citizen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("complaint", "complaint"),
                            ("answer", "answer"),
                            ("objection", "objection"),
                            ("last_word", "the supervisors’ answer"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", onetrip.core.crypto.SealedTextField(editable=True, purpose="complaints.words")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="complaints.complaint",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="complaints_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["filed_at"], name="complaints_by_time"),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["citizen", "-filed_at"], name="complaints_of_a_citizen"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.UniqueConstraint(
                fields=("about", "subject"), name="one_complaint_about_a_thing"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state__in", ("filed", "in_hand", "escalated"))),
                    models.Q(
                        models.Q(("state__in", ("filed", "in_hand", "escalated")), _negated=True),
                        ("due_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="open_complaints_are_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("complaint", "kind"), name="each_said_once"),
        ),
    ]
