"""What was asked of whom, what became of it, and how our own expectations came out."""
