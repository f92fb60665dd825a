"""Parsers under a coverage-guided fuzzer, for a bounded time: `make fuzz`, or `python -m tests.fuzz --seconds
60 pdf`.
"""
