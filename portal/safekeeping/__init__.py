"""What outlives the database: the revocation journal's words, backups, and restoring without giving anything back."""
