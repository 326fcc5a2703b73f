"""Who works in an establishment: invited, assigned, looked through every quarter, and gone when they leave."""
