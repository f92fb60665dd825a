"""How people come to the desk, by a link that works once; and how they come back when they lost something."""
