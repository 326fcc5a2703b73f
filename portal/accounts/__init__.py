"""Sign-in, sessions on devices, and preferences of an account."""
