"""The nouns: claims, sources, places, findings, recommendations. Data only; the rules are elsewhere."""
