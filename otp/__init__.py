"""One-time codes and consent: issuing, comparing once, and the evidence that remains."""
