"""What every feature stands on: database, clock, identifiers, errors, configuration. Knows nobody; imports no Flask."""
