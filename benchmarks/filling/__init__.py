"""Desks that are full, for benchmarks: as many records as one asks for, by the writes that make them otherwise."""
