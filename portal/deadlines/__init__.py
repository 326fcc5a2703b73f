"""What happens by itself in time: majority, Creton decisions, whatever has an end; and who is told beforehand."""
