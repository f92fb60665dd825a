"""The nouns: claims, sources, places, findings, recommendations, editions. Data only; rules are in `core.rules`."""
