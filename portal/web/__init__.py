"""Flask glue: what every page goes through. Features come after it, the domain never needs it."""
