"""What families say to the unit, as in the « cahier de liaison » : whether they come, absences, « rappelez-moi »."""
