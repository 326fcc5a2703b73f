"""Who is tied to whom: links and what proves them, restrictions, emergencies, where a young person stands."""
