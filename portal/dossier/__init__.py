"""A young person's dossier: who they are, who is close, who follows them, and how the DUI's messages come in."""
