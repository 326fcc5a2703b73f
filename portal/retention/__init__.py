"""How long what is known of a young person is kept once they left, and its purge."""
