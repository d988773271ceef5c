"""Forks a life of the service for every line it reads, so that the imports of all lives are paid once."""

import os
import sys

import bot.app  # noqa: F401  imported here so that no life has to
from bot.command_line import main


def serve() -> None:
    """For each line: fork, say the process number, and say when it has ended."""
    for _ in sys.stdin:
        life = os.fork()
        if not life:
            os._exit(main(["run"], os.environ))
        sys.stdout.write(f"{life}\n")
        sys.stdout.flush()
        os.waitpid(life, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
