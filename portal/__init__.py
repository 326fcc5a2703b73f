"""Relie: what the DUI holds, shared with families and young people through one guarded way."""
