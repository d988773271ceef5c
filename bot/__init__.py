"""The running service: settings, channels, the staff side, the courier and the command line."""
