"""The outbox of many channels. What it held before is told again in the new words; it was text messages alone."""

import json
from typing import Any

from django.db import migrations, models

import onetrip.core.crypto


def carry_over(apps: Any, _editor: Any) -> None:
    message = apps.get_model("notifications", "Message")
    for row in message.objects.iterator():
        row.due_at, row.sent_at = row.created_at, row.settled_at if row.state == "sent" else None
        if row.channel == "inbox":
            row.routes, row.state, row.arrived_at = "[]", "arrived", row.settled_at
        else:
            row.routes, row.reader_hash = json.dumps([[row.channel, row.address]]), ""
        row.save()


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.RemoveIndex("message", "notifications_by_address"),
        migrations.RemoveIndex("message", "notifications_waiting"),
        migrations.RemoveConstraint("message", "notifications_settled"),
        migrations.RenameField("message", "address_hash", "reader_hash"),
        migrations.AddField(
            "message",
            "routes",
            onetrip.core.crypto.SealedTextField(editable=True, purpose="notifications.routes", null=True),
        ),
        migrations.AddField("message", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("message", "sent_at", models.DateTimeField(null=True)),
        migrations.AddField("message", "arrived_at", models.DateTimeField(null=True)),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
