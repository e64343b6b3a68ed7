"""Presence is noted every few seconds for everybody in line: it touches no index, and its rows have room to change.

PostgreSQL then writes the new version of a row beside the old one and no index at all (a heap-only tuple update).
"""

from django.db import migrations, models
from django.db.models import Q

_LIVE = ("waiting", "away", "ringing", "connected", "letter", "answering")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0006_letters")]

    operations = [
        migrations.RemoveIndex(model_name="consultation", name="live_by_presence"),
        migrations.AddIndex(
            model_name="consultation",
            index=models.Index(fields=["state"], condition=Q(state__in=_LIVE), name="live_by_state"),
        ),
        migrations.RunSQL(
            "ALTER TABLE consultations_consultation SET (fillfactor = 70);"
            " ALTER TABLE consultations_post SET (fillfactor = 50)",
            "ALTER TABLE consultations_consultation RESET (fillfactor);"
            " ALTER TABLE consultations_post RESET (fillfactor)",
        ),
    ]
