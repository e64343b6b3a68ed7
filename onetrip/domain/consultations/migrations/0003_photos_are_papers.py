"""Photos of the chat move into the papers' table and under its seal."""

from functools import partial
from typing import Any

import django.db.models.deletion
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import migrations, models, transaction

from onetrip.core.crypto import seal, unseal
from onetrip.core.ids import new_public_id


def move(apps: Any, _editor: Any) -> None:
    """Seal each photo anew. The old files go once the new rows are safe: a failure on the way loses nothing."""
    message, paper = apps.get_model("consultations", "Message"), apps.get_model("papers", "Paper")
    for row in message.objects.filter(photo__isnull=False).select_related("photo"):
        old = row.photo
        if not default_storage.exists(old.file):
            continue  # its time was over, and only the row is left
        with default_storage.open(old.file) as file:
            picture = unseal(file.read(), purpose="consultations.photo")
        name = f"papers/{new_public_id()}.bin"
        row.paper = paper.objects.create(
            public_id=old.public_id,
            file=default_storage.save(name, ContentFile(seal(picture, purpose="papers.picture"))),
            width=old.width,
            height=old.height,
            taken_at=old.taken_at,
            expires_at=old.expires_at,
        )
        row.save(update_fields=["paper"])
        transaction.on_commit(partial(default_storage.delete, old.file))


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_lookout"), ("papers", "0001_initial")]

    operations = [
        migrations.AddField(
            "message",
            "paper",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="papers.paper"
            ),
        ),
        migrations.RunPython(move, elidable=True),
        # Nothing of this transaction may be waiting for the old rows when their table goes.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveField("message", "photo"),
        migrations.DeleteModel("Photo"),
        migrations.RenameField("message", "paper", "photo"),
    ]
