"""Menus: what is served, when, and what the kitchen says is in it."""
