// The statements: each takes the context of one request, and all rows of a level at once.
import postgres from 'postgres'

const asText = { to: 25, from: [1082], serialize: (day) => day, parse: (day) => day }
export const sql = postgres(process.env.BENCH_DATABASE, { max: 12, types: { day: asText } })

const STANDING = sql`('REQUESTED', 'HOLD', 'ACTIVE', 'LIFT_PROPOSED')`
const current = (row, { today }) => sql`${sql(row)}.started_on <= ${today}::date
  AND (${sql(row)}.ended_on IS NULL OR ${sql(row)}.ended_on > ${today}::date)`
const exists = (child, { adults, deaths }) => sql`${sql(child)}.concealed_at IS NULL
  AND ${sql(child)}.date_of_birth > ${adults}::date
  AND (${sql(child)}.ended_why IS DISTINCT FROM 'DECEASED' OR ${sql(child)}.ended_on > ${deaths}::date)`
const known = (body, { viewer }) => sql`(NOT ${sql(body)}.confidential OR ${sql(body)}.id = ${viewer.organisation_id})`
const involved = (context) => sql`EXISTS (SELECT FROM involvement w WHERE w.child_id = c.id
  AND w.practitioner_id = ${context.viewer.practitioner_id} AND ${current('w', context)})`

export const viewerOf = async (subject, { today }) => (await sql`
  SELECT a.id, a.practitioner_id, a.organisation_id, a.purposes
  FROM account a JOIN organisation o ON o.id = a.organisation_id
  WHERE a.subject = ${subject} AND a.role = 'PRACTITIONER' AND a.vetted_until >= ${today}::date
    AND a.trained_until >= ${today}::date AND a.agreement_version = '2026-1' AND a.suspended_at IS NULL AND o.accredited`)[0]

const children = (context, condition, limit) => sql`
  SELECT c.id, c.directory_number, c.given_names, c.family_name, c.date_of_birth, c.gender,
    s.shielded IS NOT NULL AS shielded, coalesce(s.sealed, false) AS sealed, ${involved(context)} AS involved
  FROM child c LEFT JOIN LATERAL (
    SELECT true AS shielded, bool_or(reason IN ('ADOPTION', 'WITNESS_PROTECTION')) AS sealed
    FROM shield WHERE child_id = c.id AND state IN ${STANDING} HAVING count(*) > 0) s ON true
  WHERE ${condition} AND ${exists('c', context)} AND NOT EXISTS (SELECT FROM account_conflict x WHERE x.child_id = c.id
    AND x.account_id = ${context.viewer.id} AND (x.ended_at IS NULL OR x.ended_at > ${context.now}))
  ORDER BY c.family_name_folded, c.given_names_folded, c.date_of_birth, c.directory_number LIMIT ${limit}`

export const childBy = (context, number) => children(context, sql`c.directory_number = ${number}`, 1)
export const caseload = (context, limit) => children(context, sql`c.id IN (SELECT w.child_id FROM involvement w
  WHERE w.practitioner_id = ${context.viewer.practitioner_id} AND ${current('w', context)})`, limit)
export const search = (context, name, { from, to }) => children(context,
  sql`c.family_name_key = ${name} AND c.date_of_birth BETWEEN ${from}::date AND ${to}::date`, 26)

// How to reach a carer is joined only where it is seen: below an open child without a shielded sibling.
export const contactsOf = (context, open, shielded) => sql`
  SELECT k.id, k.child_id, k.relationship, k.parental_responsibility, k.seen, p.given_names, p.family_name,
    r.phone, r.email, r.address_lines, r.town, r.postcode
  FROM (SELECT k.*, k.child_id = ANY (${open}::uuid[]) AND NOT EXISTS (
      SELECT FROM contact o JOIN child b ON b.id = o.child_id JOIN shield h ON h.child_id = b.id AND h.state IN ${STANDING}
      WHERE o.person_id = k.person_id AND o.child_id <> k.child_id AND ${current('o', context)} AND ${exists('b', context)}
    ) AS seen
    FROM contact k WHERE k.child_id = ANY (${[...open, ...shielded]}::uuid[]) AND ${current('k', context)} OFFSET 0) k
  JOIN person p ON p.id = k.person_id LEFT JOIN person_reach r ON r.person_id = k.person_id AND k.seen
  ORDER BY NOT k.parental_responsibility, p.family_name_key, p.given_names_folded, k.id`

export const involvementsOf = (context, whole, own, first) => sql`
  SELECT i.id, i.child_id, i.service, i.started_on, i.ended_on, i.lead,
    coalesce(i.practitioner_id = ${context.viewer.practitioner_id}, false) AS own,
    b.id AS body_id, b.name AS body_name, b.kind AS body_kind, bp.phone AS body_phone,
    w.id AS worker_id, w.name AS worker_name, w.profession, w.phone AS worker_phone, w.email AS worker_email,
    h.id AS home_id, h.name AS home_name, h.kind AS home_kind, hp.phone AS home_phone
  FROM (SELECT i.*, row_number() OVER (PARTITION BY i.child_id ORDER BY i.started_on DESC, i.id) AS number
    FROM involvement i WHERE NOT i.sensitive AND ${current('i', context)} AND (i.child_id = ANY (${whole}::uuid[])
      OR i.practitioner_id = ${context.viewer.practitioner_id} AND i.child_id = ANY (${own}::uuid[]))) i
  JOIN organisation b ON b.id = i.organisation_id
  LEFT JOIN organisation_place bp ON bp.organisation_id = b.id AND ${known('b', context)}
  LEFT JOIN (practitioner w JOIN organisation h ON h.id = w.organisation_id AND ${known('h', context)})
    ON w.id = i.practitioner_id AND ${known('b', context)}
  LEFT JOIN organisation_place hp ON hp.organisation_id = h.id
  WHERE i.number <= ${first} ORDER BY i.started_on DESC, i.id`
