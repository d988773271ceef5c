"""Tests of the conversations, over a made-up registry and the real words."""
