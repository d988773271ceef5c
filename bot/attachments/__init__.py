"""Attachment to a clinic after it was asked for: the clinic's answer, the switch, what everybody is told."""
