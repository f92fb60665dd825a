"""Who comes in, and how they prove it: allauth, with our rules and our words."""
