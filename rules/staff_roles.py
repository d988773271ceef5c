"""What people of a clinic are to us: each right is a role's, and a person may have several (G-71)."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from rules.clinics import Institution

Role: TypeAlias = Literal["registrar", "doctor", "head", "officer", "college", "administrator"]
"""``head`` is of a department, or of the whole college; ``officer`` answers complaints, ``college`` is of the
medical college."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""In the order in which they are offered."""

_AT_BOTH: Final = frozenset[Role]({"head", "officer", "administrator"})
_ROLES_AT: Final[Mapping[Institution, frozenset[Role]]] = {
    Institution.CLINIC: frozenset(ROLES) - {"college"},
    Institution.COLLEGE: _AT_BOTH | {"college"},
}


def roles_at(institution: Institution) -> frozenset[Role]:
    """What somebody can be there: nobody is a doctor of the college, or of the college at a clinic."""
    return _ROLES_AT[institution]
