"""Telegram, SMS and the bot's own HTTP side: what comes in is written down, and read."""
