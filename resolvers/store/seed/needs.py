"""Which services a child has: those of the parts by name, all others by age and chance."""

from collections.abc import Iterator, Mapping

from resolvers.store.seed.cast import Kid
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.parts import Part
from resolvers.store.words import SENSITIVE_KINDS, ServiceKind

S = ServiceKind

NEEDED: Mapping[Part, tuple[ServiceKind, ...]] = {
    Part.OPEN: (S.PRIMARY_CARE, S.EDUCATION, S.SOCIAL_CARE, S.MENTAL_HEALTH),
    Part.OPEN_SISTER: (S.PRIMARY_CARE, S.SOCIAL_CARE),
    Part.OPEN_BROTHER: (S.PRIMARY_CARE, S.EDUCATION, S.MENTAL_HEALTH),
    Part.REFUGE: (S.PRIMARY_CARE, S.EDUCATION, S.VOLUNTARY, S.MENTAL_HEALTH),
    Part.ADOPTED: (S.PRIMARY_CARE, S.SOCIAL_CARE),
    Part.ABDUCTION_RISK: (S.PRIMARY_CARE, S.POLICE),
    Part.OPEN_IN_REFUGE: (S.PRIMARY_CARE, S.VOLUNTARY),
    Part.CONCEALED: (S.PRIMARY_CARE, S.EDUCATION),
    Part.REFUSED: (S.PRIMARY_CARE, S.EDUCATION_WELFARE),
    Part.LIFTED: (S.EDUCATION, S.VOLUNTARY, S.SEXUAL_HEALTH, S.PROBATION),
    Part.MISSING: (S.EDUCATION, S.SUBSTANCE_MISUSE, S.YOUTH_OFFENDING, S.YOUTH_SERVICE),
    Part.UNKNOWN: (S.PRIMARY_CARE, S.SOCIAL_CARE),
    Part.NORTHERN: (S.EDUCATION, S.SOCIAL_CARE, S.MENTAL_HEALTH),
    Part.MATCHED: (S.PRIMARY_CARE, S.SOCIAL_CARE),
    Part.WITNESS: (S.EDUCATION, S.MENTAL_HEALTH),
}

LEADS: Mapping[Part, ServiceKind] = {
    Part.OPEN: S.SOCIAL_CARE,
    Part.OPEN_BROTHER: S.MENTAL_HEALTH,
    Part.REFUGE: S.SOCIAL_CARE,
    Part.MISSING: S.SUBSTANCE_MISUSE,
}
"""Who leads: for two of the parts a sensitive service, which hides the lead from most viewers."""

ASSESSED: Mapping[Part, ServiceKind] = {
    Part.OPEN: S.SOCIAL_CARE,
    Part.REFUGE: S.SOCIAL_CARE,
    Part.NORTHERN: S.MENTAL_HEALTH,
}

MARKED: Mapping[Part, ServiceKind] = {
    Part.OPEN_SISTER: S.SOCIAL_CARE,
    Part.LIFTED: S.VOLUNTARY,
    Part.UNKNOWN: S.SOCIAL_CARE,
}
"""Ordinary services that are marked sensitive for one child."""

BY_AGE = (
    (S.HEALTH_VISITING, 0, 5, 0.9),
    (S.EDUCATION, 4.3, 20, 0.92),
    (S.PRIMARY_CARE, 0, 20, 0.93),
    (S.SOCIAL_CARE, 0, 20, 0.2),
    (S.VOLUNTARY, 0, 20, 0.11),
    (S.EDUCATION_WELFARE, 5, 20, 0.1),
    (S.YOUTH_SERVICE, 13, 20, 0.22),
    (S.POLICE, 8, 20, 0.03),
)
_SENSITIVE_SHARE = 0.045


def needs(draw: Draw, kid: Kid) -> tuple[ServiceKind, ...]:
    """Return the services that a child has, each once: the named ones first."""
    named = NEEDED.get(kid.part, ()) if kid.part else ()
    return tuple(dict.fromkeys((*named, *kid.staff, *_drawn(draw, kid))))


def _drawn(draw: Draw, kid: Kid) -> Iterator[ServiceKind]:
    age = kid.age(draw.today)
    for service, least, most, share in BY_AGE:
        if least <= age < most and draw.chance(share) and (service is not S.EDUCATION or kid.school):
            yield service
    if kid.hidden and kid.part is None:
        yield S.SOCIAL_CARE
    if kid.part is None and draw.chance(_SENSITIVE_SHARE):
        yield draw.pick(SENSITIVE_KINDS) if age >= 13 else S.MENTAL_HEALTH
