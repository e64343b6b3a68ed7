import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0004_line_by_rank"),
        ("cases", "0003_case_papers"),
        ("consultations", "0006_letters"),
        ("venues", "0002_backs_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseConsultation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseTicket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="trips",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="visit",
            name="came",
            field=models.CharField(
                choices=[
                    ("phone", "booked by phone"),
                    ("hall", "booked in the hall"),
                    ("hotline", "booked by the hotline"),
                    ("walk_in", "without an appointment"),
                ],
                default="",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="visit",
            name="guide_version",
            field=models.CharField(default="", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="visit",
            name="item_code",
            field=models.CharField(default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("number", 1)),
                fields=["at"],
                include=("venue", "item_code", "guide_version", "came", "consulted", "outcome", "reason"),
                name="first_visits_by_time",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("outcome", "returned")), fields=["at"], name="returned_visits_by_time"
            ),
        ),
        migrations.AddField(
            model_name="caseconsultation",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="consultations", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="caseconsultation",
            name="consultation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="consultations.consultation"
            ),
        ),
        migrations.AddField(
            model_name="caseticket",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tickets", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="caseticket",
            name="ticket",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="booking.ticket"
            ),
        ),
    ]
