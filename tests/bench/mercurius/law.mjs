// The law for practitioners, who alone are asked as here: what is seen of an open and of a shielded record.
export const GROUP = Object.fromEntries(
  ['IDENTITY', 'FORMER_NAMES', 'CONTACT_NAMES', 'WHEREABOUTS', 'PLACES', 'SERVICES', 'AGENCIES', 'LEAD',
    'SENSITIVE_SERVICES', 'IDENTIFIERS', 'SHIELD_CASE', 'TRAIL', 'OWN_SERVICES'].map((name, bit) => [name, 1 << bit])
)
const { IDENTITY, FORMER_NAMES, CONTACT_NAMES, WHEREABOUTS, PLACES, SERVICES, AGENCIES, LEAD, OWN_SERVICES } = GROUP
const SHIELDED = IDENTITY | FORMER_NAMES | CONTACT_NAMES | OWN_SERVICES
const OPEN = SHIELDED | WHEREABOUTS | PLACES | SERVICES | AGENCIES | LEAD

export const sightOf = ({ shielded, sealed }) => (shielded ? (sealed ? SHIELDED & ~FORMER_NAMES : SHIELDED) : OPEN)

const broker = { name: 'National contact desk', phone: '0306 999 0100', email: 'desk@contact.example' }
const NOTICES = {
  FORMER_NAMES: 'Former names are not shown to you.',
  CONTACT_NAMES: 'The names of carers are not shown to you.',
  WHEREABOUTS: 'Details that could locate this child or a carer are not shown to you.',
  PLACES: 'School and practice are not shown to you.',
  SERVICES: 'Services other than your own are not shown to you.',
  AGENCIES: 'Bodies to ring about this child are not shown to you.',
  LEAD: 'The lead professional and the holder of an assessment are not shown to you.',
  SENSITIVE_SERVICES: 'Sensitive services, if there are any, are not shown to you.',
  IDENTIFIERS: 'Identifiers issued by other bodies, if there are any, are not shown to you.',
  SHIELD_CASE: 'The case behind a shield, if there is one, is for the responsible team.',
  TRAIL: 'Who has looked at this record is for its responsible team.'
}
const kept = new Map()

// What is withheld under a sight, of all groups or of those in `among`.
export function withheld (sight, among = ~0) {
  const key = `${sight} ${among}`
  if (!kept.has(key)) {
    const groups = Object.keys(NOTICES).filter((group) => !(sight & GROUP[group]) && among & GROUP[group])
    kept.set(key, groups.map((group) => ({ group, notice: NOTICES[group], broker })))
  }
  return kept.get(key)
}

export const names = (bits) => Object.keys(GROUP).filter((group) => group !== 'OWN_SERVICES' && bits & GROUP[group])
