"""Public pages: what becomes of people’s data, their rights, accessibility, terms."""
