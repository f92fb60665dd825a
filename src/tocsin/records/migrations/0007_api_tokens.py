"""Tokens of the API."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tocsin.records.guards import InstallGuards


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_deliveries"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="What it is for", max_length=100)),
                ("handle", models.CharField(help_text="The part that is no secret", max_length=16, unique=True)),
                ("secret_sha256", models.CharField(help_text="SHA-256 of the whole token", max_length=64)),
                ("scopes", models.CharField(help_text="Separated by spaces", max_length=200)),
                ("expires_at", models.DateTimeField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditentry"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="ApiTokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="records.apitoken",
                    ),
                ),
                ("last_used_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ApiTokenRevocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.auditentry"
                    ),
                ),
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revocation", to="records.apitoken"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        InstallGuards(),
    ]
