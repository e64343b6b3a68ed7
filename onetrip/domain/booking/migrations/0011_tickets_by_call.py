from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0010_provisional_places"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("called_at__isnull", False)), fields=["called_at"], name="tickets_by_call"
            ),
        ),
    ]
