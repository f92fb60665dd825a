"""Marked words in every field that must not leave the desk, every way out driven, every byte searched."""
