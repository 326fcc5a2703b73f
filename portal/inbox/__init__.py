"""Messages to a person: what is new, what is asked, what ends. Mail says only that there is something new."""
