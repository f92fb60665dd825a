"""What a person fills in. Each form knows the struct of `core.model` that it says: `says()` gives it."""
