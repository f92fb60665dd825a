"""Who told the desk, under which conditions; sealed, revealed by name and reason, erased when they ask."""
