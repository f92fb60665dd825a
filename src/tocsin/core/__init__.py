"""Vocabulary and rules. Pure: no file, network, clock or environment; imports no other room."""
