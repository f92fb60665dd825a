"""Check a case, issue it as an Edition, and keep the desk's editions and their log."""
