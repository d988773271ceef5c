"""What pictures of the running service start from."""

from tests.town_fixtures import settled, town

__all__ = ["settled", "town"]
