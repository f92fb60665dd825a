"""Who is at the desk, and what they may do. It lies below the verbs because every act asks it."""
