"""The Edition: frozen, canonical, hashed, chained, signed. Pure: keys and files are elsewhere."""
