"""Beside somebody: staff open a young person's space on this device, and the young person says that it is them."""
