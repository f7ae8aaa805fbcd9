"""The statements of the floor: each builds the whole authorised answer of one operation as JSON, in PostgreSQL."""

import json

from authz.words import Shield
from tests.bench.rivals.asking import notices_of

_STANDING = "('REQUESTED', 'HOLD', 'ACTIVE', 'LIFT_PROPOSED')"


def _current(row: str) -> str:
    return f"{row}.started_on <= $3 AND ({row}.ended_on IS NULL OR {row}.ended_on > $3)"


def _exists(child: str) -> str:
    """Return the condition that a child is neither concealed nor archived."""
    return f"""{child}.concealed_at IS NULL AND {child}.date_of_birth > $4
      AND ({child}.ended_why IS DISTINCT FROM 'DECEASED' OR {child}.ended_on > $5)"""


def _id(kind: int, key: str) -> str:
    return rf"rtrim(translate(encode('\x0{kind}'::bytea || uuid_send({key}), 'base64'), '+/', '-_'), '=')"


_VIEWER = """viewer AS (
  SELECT a.id, a.practitioner_id, a.organisation_id FROM account a JOIN organisation o ON o.id = a.organisation_id
  WHERE a.subject = $1 AND a.role = 'PRACTITIONER' AND a.purposes::jsonb ? $2 AND a.vetted_until >= $3
    AND a.trained_until >= $3 AND a.agreement_version = '2026-1' AND a.suspended_at IS NULL AND o.accredited
)"""
_ME, _MY_BODY, _I = (f"(SELECT {key} FROM viewer)" for key in ("practitioner_id", "organisation_id", "id"))

_MINE = f"SELECT w.child_id FROM involvement w WHERE w.practitioner_id = {_ME} AND {_current('w')}"
_SEEN = f"""SELECT c.*, coalesce(s.shielded, false) AS shielded, coalesce(s.sealed, false) AS sealed
  FROM child c LEFT JOIN LATERAL (
    SELECT true AS shielded, bool_or(reason IN ('ADOPTION', 'WITNESS_PROTECTION')) AS sealed
    FROM shield WHERE child_id = c.id AND state IN {_STANDING} HAVING count(*) > 0
  ) s ON true
  WHERE EXISTS (SELECT FROM viewer) AND {_exists("c")} AND NOT EXISTS (
    SELECT FROM account_conflict x
    WHERE x.child_id = c.id AND x.account_id = {_I} AND (x.ended_at IS NULL OR x.ended_at > $6))"""
_INVOLVED = (
    f"EXISTS (SELECT FROM involvement w WHERE w.child_id = c.id AND w.practitioner_id = {_ME} AND {_current('w')})"
)


def _known(body: str) -> str:
    return f"(NOT {body}.confidential OR {body}.id = {_MY_BODY})"


_IDENTITY = f"""'id', {_id(1, "c.id")}, 'directoryNumber', c.directory_number, 'givenNames', c.given_names,
  'familyName', c.family_name, 'dateOfBirth', c.date_of_birth, 'gender', c.gender, 'shielded', c.shielded"""

_CONTACTS = f"""(SELECT coalesce(json_agg(json_build_object(
    'id', {_id(2, "k.id")}, 'givenNames', p.given_names, 'familyName', p.family_name,
    'relationship', k.relationship, 'parentalResponsibility', k.parental_responsibility,
    'phone', r.phone, 'email', r.email,
    'address', CASE WHEN r.postcode IS NOT NULL THEN json_build_object(
      'lines', string_to_array(coalesce(r.address_lines, ''), E'\\n'), 'town', r.town, 'postcode', r.postcode) END,
    'withheld', CASE WHEN k.seen THEN '[]'::json ELSE '[{{"group": "WHEREABOUTS"}}]'::json END
  ) ORDER BY NOT k.parental_responsibility, p.family_name_key, p.given_names_folded, k.id), '[]')
  FROM (SELECT k.*, NOT c.shielded AND NOT EXISTS (
      SELECT FROM contact o JOIN child b ON b.id = o.child_id JOIN shield h ON h.child_id = b.id AND h.state IN {_STANDING}
      WHERE o.person_id = k.person_id AND o.child_id <> k.child_id AND {_current("o")} AND {_exists("b")}) AS seen
    FROM contact k WHERE k.child_id = c.id AND {_current("k")} OFFSET 0) k
  JOIN person p ON p.id = k.person_id
  LEFT JOIN person_reach r ON r.person_id = k.person_id AND k.seen)"""

_INVOLVEMENTS = f"""json_build_object('edges', (SELECT coalesce(json_agg(json_build_object('node', json_build_object(
    'id', {_id(5, "i.id")}, 'service', i.service, 'from', i.started_on, 'to', i.ended_on, 'lead', i.lead,
    'own', coalesce(i.practitioner_id = {_ME}, false),
    'organisation', json_build_object('id', {_id(3, "b.id")}, 'name', b.name, 'kind', b.kind, 'phone', bp.phone),
    'practitioner', CASE WHEN w.id IS NOT NULL THEN json_build_object(
      'id', {_id(4, "w.id")}, 'name', w.name, 'profession', w.profession, 'phone', w.phone, 'email', w.email,
      'organisation', json_build_object('id', {_id(3, "h.id")}, 'name', h.name, 'phone', hp.phone)) END
  )) ORDER BY i.started_on DESC, i.id), '[]')
  FROM (SELECT * FROM involvement i WHERE i.child_id = c.id AND NOT i.sensitive AND {_current("i")}
      AND (NOT c.shielded OR i.practitioner_id = {_ME}) ORDER BY i.started_on DESC, i.id LIMIT 10) i
  JOIN organisation b ON b.id = i.organisation_id
  LEFT JOIN organisation_place bp ON bp.organisation_id = b.id AND {_known("b")}
  LEFT JOIN (practitioner w JOIN organisation h ON h.id = w.organisation_id AND {_known("h")})
    ON w.id = i.practitioner_id AND {_known("b")}
  LEFT JOIN organisation_place hp ON hp.organisation_id = h.id))"""


def _withheld(*, full: bool) -> str:
    def text(shield: Shield, *, sealed: bool) -> str:
        found = notices_of(shield, sealed=sealed)
        shown = found if full else [{"group": one["group"]} for one in found]
        return json.dumps(shown).replace("'", "''")

    return f"""CASE WHEN c.sealed THEN '{text(Shield.SHIELDED, sealed=True)}'::json
      WHEN c.shielded THEN '{text(Shield.SHIELDED, sealed=False)}'::json
      ELSE '{text(Shield.OPEN, sealed=False)}'::json END"""


def _answer(child: str) -> str:
    """Return what every statement gives: the answer, and what the journal needs of each record."""
    return f"""SELECT {child}::text AS answer, coalesce(array_agg(c.id), '{{}}') AS records,
      coalesce(array_agg(c.shielded), '{{}}') AS shielded, coalesce(array_agg({_INVOLVED}), '{{}}') AS involved,
      {_I} AS account, {_MY_BODY} AS body"""


RECORD = f"""WITH {_VIEWER}, seen AS ({_SEEN} AND c.directory_number = $7)
{
    _answer(f'''json_build_object('child', (json_agg(json_build_object({_IDENTITY}, 'contacts', {_CONTACTS},
  'involvements', {_INVOLVEMENTS}, 'withheld', {_withheld(full=True)})))->0)''')
} FROM seen c"""

_BY_NAME = "family_name_folded, given_names_folded, date_of_birth, directory_number"
PAGE = f"""WITH {_VIEWER}, seen AS ({_SEEN} AND c.id IN ({_MINE}) ORDER BY {_BY_NAME} LIMIT $7 + 1),
  page AS (SELECT * FROM seen ORDER BY {_BY_NAME} LIMIT $7)
{
    _answer(f'''json_build_object('caseload', json_build_object(
  'edges', coalesce(json_agg(json_build_object('node', json_build_object({_IDENTITY}, 'contacts', {_CONTACTS},
    'involvements', {_INVOLVEMENTS}, 'withheld', {_withheld(full=False)})) ORDER BY {_BY_NAME}), '[]'),
  'pageInfo', json_build_object('hasNextPage', (SELECT count(*) > $7 FROM seen))))''')
} FROM page c"""

SEARCH = f"""WITH {_VIEWER}, seen AS ({
    _SEEN
} AND c.family_name_key = $7 AND c.date_of_birth BETWEEN $8 AND $9 LIMIT 26),
  page AS (SELECT * FROM seen WHERE (SELECT count(*) FROM seen) <= 25)
{
    _answer(f'''json_build_object('children', json_build_object(
  'tooMany', (SELECT count(*) > 25 FROM seen),
  'edges', coalesce(json_agg(json_build_object('node', json_build_object(
    {_IDENTITY.replace("'id'", "'childId'")}, 'involved', {_INVOLVED})) ORDER BY {_BY_NAME}), '[]')))''')
} FROM page c"""

JOURNAL = """WITH event AS (
  INSERT INTO access_event (id, at, account_id, role, organisation_id, route, purpose, reason, operation_name,
    document_hash, outcome, searches)
  VALUES ($1, $2, $3, 'PRACTITIONER', $4, 'graphql', $5, $6, $7, $8, 'OK', $9)
)
INSERT INTO access_subject (id, at, event_id, kind, child_id, disclosed, withheld, standing, override)
SELECT gen_random_uuid(), $2, $1, $10, child, CASE WHEN hidden THEN $11::json ELSE $12::json END,
  CASE WHEN hidden THEN $13::json ELSE '[]' END, CASE WHEN mine THEN '["INVOLVED"]'::json ELSE '[]' END, false
FROM unnest($14::uuid[], $15::bool[], $16::bool[]) AS touched (child, hidden, mine)"""
