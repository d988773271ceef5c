"""Appointments as the clinic and the citizen live them: booked, moved, reminded, waited for, judged."""
