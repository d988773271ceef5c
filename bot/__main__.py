"""Starts a command: python -m bot run | demo | migrate | load DIR | doctor | ... (--help lists them)."""

import os
import sys

from bot.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
