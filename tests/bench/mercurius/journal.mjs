// What an operation did, written before its answer leaves: one event, a row for each record touched.
import { createHash, randomUUID } from 'node:crypto'
import { names } from './law.mjs'
import { sql } from './database.mjs'

const hashes = new Map()
function hashOf (text) {
  if (!hashes.has(text)) hashes.set(text, createHash('sha256').update(text).digest('hex'))
  return hashes.get(text)
}

export async function write ({ viewer, now, access, trail, searches }, { operationName, query }) {
  const event = randomUUID()
  const rows = trail.map(({ kind, id, sight, involved, asked, hidden }) => ({
    kind,
    child_id: id,
    disclosed: names(asked & sight),
    withheld: names((asked & ~sight) | hidden),
    standing: involved ? ['INVOLVED'] : []
  }))
  await sql.begin((transaction) => [
    transaction`INSERT INTO access_event (id, at, account_id, role, organisation_id, route, purpose, reason,
        operation_name, document_hash, outcome, searches)
      VALUES (${event}, ${now}, ${viewer.id}, 'PRACTITIONER', ${viewer.organisation_id}, 'graphql', ${access.purpose},
        ${access.reason}, ${operationName}, ${hashOf(query)}, 'OK', ${searches})`,
    transaction`INSERT INTO access_subject (id, at, event_id, kind, child_id, disclosed, withheld, standing, override)
      SELECT gen_random_uuid(), ${now}, ${event}, kind, child_id, disclosed, withheld, standing, false
      FROM json_to_recordset(${rows}) AS touched (kind text, child_id uuid, disclosed json, withheld json, standing json)`
  ])
}
