"""Records can be found by the words in them."""

from django.db import migrations

from tocsin.records.guards import InstallGuards
from tocsin.records.search import MakeSearch


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [MakeSearch(), InstallGuards()]
