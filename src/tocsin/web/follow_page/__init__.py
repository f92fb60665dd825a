"""Pages for people who want to be told: subscribe, confirm, choose, leave. No sign-in, no script, no cookie needed."""
