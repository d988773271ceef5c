"""The survey: whom it asks, what their answers add to, and the open page of its figures."""
