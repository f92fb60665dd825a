"""The only Django app with models."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Records of a desk."""

    name = "tocsin.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Records"
