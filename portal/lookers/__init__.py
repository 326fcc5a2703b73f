"""« Qui a regardé »: the log of a dossier, for the young person, parents and management; and what was told aloud."""
