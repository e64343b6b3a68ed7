from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_wechat"),
    ]

    operations = [
        migrations.AlterField(
            model_name="staffrole",
            name="role",
            field=models.CharField(
                choices=[
                    ("officer", "window officer"),
                    ("lead", "venue lead"),
                    ("operator", "hotline operator"),
                    ("supervisor", "supervisor"),
                    ("editor", "catalogue editor"),
                    ("admin", "administrator"),
                ],
                max_length=12,
            ),
        ),
    ]
