from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_exports")]

    operations = [
        migrations.AddField(
            model_name="export",
            name="subject",
            field=models.CharField(
                choices=[("visits", "visits"), ("fees", "fees paid")], default="visits", max_length=6
            ),
        ),
    ]
