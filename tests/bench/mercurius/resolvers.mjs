// Roots, fields with their guards inline, and the loaders of relations: one call for all rows of a level.
import * as database from './database.mjs'
import { GROUP, sightOf, withheld } from './law.mjs'

const { CONTACT_NAMES, WHEREABOUTS, SERVICES, OWN_SERVICES } = GROUP
const idOf = (kind) => ({ id }) => Buffer.from(`0${kind}${id.replaceAll('-', '')}`, 'hex').toString('base64url')
const fold = (name) => name.normalize('NFKD').replace(/[\p{M}'’.]/gu, '').replaceAll('-', ' ').toLowerCase()

// Note what is asked of a record, and tell whether its sight holds it.
function sees ({ touched }, bits) {
  touched.asked |= bits
  return (touched.sight & bits) !== 0
}

function touch (context, kind, row) {
  row.sight = sightOf(row)
  row.touched = { kind, id: row.id, sight: row.sight, involved: row.involved, asked: GROUP.IDENTITY, hidden: 0 }
  context.trail.push(row.touched)
  return row
}

const identity = {
  directoryNumber: (row) => row.directory_number,
  givenNames: (row) => row.given_names,
  familyName: (row) => row.family_name,
  dateOfBirth: (row) => row.date_of_birth
}

function reached (contact) {
  contact.touched.asked |= WHEREABOUTS
  if (!contact.seen) contact.touched.hidden |= WHEREABOUTS
  return contact.seen
}

export const resolvers = {
  Query: {
    async child (_, { directoryNumber }, context) {
      const [row] = await database.childBy(context, directoryNumber)
      return row && touch(context, 'OPENED', row)
    },
    async caseload (_, { first }, context) {
      const rows = await database.caseload(context, first + 1)
      const edges = rows.slice(0, first).map((row) => ({ node: touch(context, 'OPENED', row) }))
      return { edges, pageInfo: { hasNextPage: rows.length > first } }
    },
    async children (_, { search }, context) {
      const rows = await database.search(context, fold(search.familyName), search.bornBetween)
      context.searches.push({ root: 'children', criteria: ['familyName', 'bornBetween'], hits: rows.length })
      const listed = rows.length > 25 ? [] : rows
      return { tooMany: rows.length > 25, edges: listed.map((row) => ({ node: touch(context, 'SUMMARY', row) })) }
    }
  },
  Child: { ...identity, id: idOf(1), withheld: (child) => withheld(child.sight) },
  ChildSummary: { ...identity, childId: idOf(1) },
  Contact: {
    id: idOf(2),
    givenNames: (contact) => contact.given_names,
    familyName: (contact) => contact.family_name,
    parentalResponsibility: (contact) => contact.parental_responsibility,
    phone: (contact) => (reached(contact) ? contact.phone : null),
    email: (contact) => (reached(contact) ? contact.email : null),
    address: (contact) => (reached(contact) && contact.postcode ? contact : null),
    withheld: (contact) => withheld(contact.seen ? WHEREABOUTS : 0, WHEREABOUTS)
  },
  Address: { lines: ({ address_lines: lines }) => (lines ? lines.split('\n') : []) },
  Involvement: {
    id: idOf(5),
    from: (row) => row.started_on,
    to: (row) => row.ended_on,
    organisation: (row) => ({ id: row.body_id, name: row.body_name, kind: row.body_kind, phone: row.body_phone }),
    practitioner: (row) => (row.worker_id ? row : null)
  },
  Organisation: { id: idOf(3) },
  Practitioner: {
    id: ({ worker_id: id }) => idOf(4)({ id }),
    name: (row) => row.worker_name,
    phone: (row) => row.worker_phone,
    email: (row) => row.worker_email,
    organisation: (row) => ({ id: row.home_id, name: row.home_name, kind: row.home_kind, phone: row.home_phone })
  }
}

// Rows by child; null for a child whose sight the guard finds wanting.
async function byChild (queries, bits, read) {
  const found = new Map(queries.map(({ obj }) => [obj.id, sees(obj, bits) ? [] : null]))
  for (const row of await read(queries.map(({ obj }) => obj).filter(({ id }) => found.get(id)))) {
    found.get(row.child_id).push(row)
  }
  return queries.map(({ obj }) => found.get(obj.id))
}

const keys = (children) => children.map(({ id }) => id)

export const loaders = {
  Child: {
    contacts: {
      opts: { cache: false },
      async loader (queries, context) {
        const touched = new Map(queries.map(({ obj }) => [obj.id, obj.touched]))
        const found = await byChild(queries, CONTACT_NAMES, (seen) => database.contactsOf(context,
          keys(seen.filter(({ sight }) => sight & WHEREABOUTS)), keys(seen.filter(({ sight }) => !(sight & WHEREABOUTS)))))
        for (const contact of found.flat()) contact.touched = touched.get(contact.child_id)
        return found
      }
    },
    involvements: {
      opts: { cache: false },
      async loader (queries, context) {
        const found = await byChild(queries, SERVICES | OWN_SERVICES, (seen) => database.involvementsOf(context,
          keys(seen.filter(({ sight }) => sight & SERVICES)), keys(seen.filter(({ sight }) => !(sight & SERVICES))),
          queries[0].params.first))
        return found.map((rows) => rows && { edges: rows.map((node) => ({ node })) })
      }
    }
  }
}
