import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0011_agreed_times")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="sender",
            field=models.CharField(max_length=10),
        ),
        migrations.AddField(
            model_name="message",
            name="guest",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="consultations.guest",
            ),
        ),
    ]
