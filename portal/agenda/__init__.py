"""What leaves for the calendar of a telephone: hours, and the word « Rendez-vous ». Nothing says for whom, nor what."""
