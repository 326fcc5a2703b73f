"""A young person's own tablet: their referent lets it become a key of theirs, and takes that back."""
