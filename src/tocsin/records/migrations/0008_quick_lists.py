"""Indexes in the order in which lists are read, for the last act in a situation, and for words that many texts hold."""

from django.db import migrations, models

from tocsin.records.guards import InstallGuards
from tocsin.records.search import MakeSearch


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_api_tokens"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="record", name="records_rec_situati_0cefe7_idx"),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["situation", "kind", "state", "id"], name="records_rec_situati_e71863_idx"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["situation", "seq"], name="records_aud_situati_31674f_idx"),
        ),
        MakeSearch(),
        InstallGuards(),
    ]
