"""Those who ask a server, and what it costs."""
