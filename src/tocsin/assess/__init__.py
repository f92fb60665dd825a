"""Claims and events into findings on stages and factors, both columns; the level as declared; how sure."""
