import django.db.models.deletion
from django.db import migrations, models

from tocsin.records.guards import InstallGuards


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_queue"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="Random; sealed versions name it", max_length=32, unique=True)),
                ("path", models.CharField(help_text="Of the record that it belongs to", max_length=400, unique=True)),
                ("wrapped", models.TextField(blank=True, help_text="Base64; empty once destroyed")),
                ("master", models.CharField(help_text="Mark of the master key that wraps it", max_length=16)),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditentry"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="records.auditentry"
                    ),
                ),
                (
                    "data_key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasure", to="records.datakey"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        InstallGuards(),
    ]
