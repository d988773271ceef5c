"""What people of a clinic are to us: each right is a role's, and a person may have several (G-71)."""

from typing import Final, Literal, TypeAlias, get_args

Role: TypeAlias = Literal["registrar", "doctor", "head", "officer", "college", "administrator"]
"""``head`` is of a department, ``officer`` answers complaints, ``college`` is of the medical college."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""In the order in which they are offered."""
