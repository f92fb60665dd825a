"""Tokens of the API, by which a program acts as the person who made one."""
