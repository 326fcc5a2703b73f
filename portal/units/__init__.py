"""The week of a unit, for staff: who is where, what takes place, what families announce."""
