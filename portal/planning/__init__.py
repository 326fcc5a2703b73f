"""What happens when: events and appointments, where one sleeps, transport."""
