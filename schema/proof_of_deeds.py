"""The proof of the deeds: each takes one input of which every field is known, and answers with a payload."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from authz.guard import Public, RootPermission
from schema.build import GatewaySchema
from schema.fields import DEFINITION, LABEL

INPUTS = {
    "clientMutationId": "a key, of which a keyed hash is kept",
    "acceptInvestigation": "a yes, without which nothing is done",
    "shieldId": "a key, looked up among the cases in sight",
    "involvementId": "a key, looked up among the viewer's own current work, under the law",
    "contactId": "a key, looked up under the law of its child",
    "organisationId": "a key, looked up in the public directory",
    "keep": "a key, looked up under the law",
    "merge": "a key, looked up under the law",
    "service": "a word, stored; compared with the viewer's own current work",
    "basis": "a word, stored",
    "from": "a day, stored; compared with the child's birth, and with school places where PLACES is in sight",
    "to": "a day, stored; compared with the day that the same work or place began",
    "since": "a day, stored; compared with the registration of now, where PLACES is in sight",
    "lead": "a flag, stored",
    "assessment": "a flag, stored",
    "relationship": "a word, stored",
    "parentalResponsibility": "a flag, stored",
    "givenNames": "a text, stored; of a new record compared with others by the database, to be told to its team alone",
    "familyName": "a text, stored; compared as `givenNames` is",
    "dateOfBirth": "a day, stored; compared as `givenNames` is",
    "gender": "a word, stored",
    "phone": "a text, stored where WHEREABOUTS is in sight, or where it is the first of a new carer",
    "email": "a text, stored as `phone` is",
    "address": "stored as `phone` is; compared with others by the database, to be told to their teams alone",
    "lines": "part of an address",
    "town": "part of an address",
    "postcode": "part of an address; of a new record compared with those of the public directory of bodies",
    "uprn": "part of an address",
    "taskId": "a key, looked up among the tasks that wait for the viewer",
    "accountId": "a key, looked up within the viewer's authority",
    "answer": "a text, stored; compared with what the answering team sees of the record",
    "applicationId": "a key, looked up among the applications in the viewer's reach",
    "approve": "a decision, stored",
    "childId": "a key, looked up under the law",
    "directoryNumbers": "texts, stored; compared with children when an application is approved, never shown by it",
    "expiresAt": "an instant, stored",
    "explanation": "a text, stored",
    "ground": "a word, stored",
    "justification": "a text, stored",
    "legalBasis": "a word, stored",
    "message": "a text, stored",
    "child": "who a child is by a feed; compared with records after the answer, by the database alone",
    "entries": "what a feed sends, each kept by itself",
    "entry": "a name, of which a keyed hash is kept; compared with what the same client has sent",
    "externalIdentifier": "texts, stored; compared after the answer with identifiers of the client's own body",
    "involvement": "work of a practitioner of the client's own body",
    "note": "a text, stored",
    "placement": "a school place",
    "practitionerId": "a key, looked up among the practitioners of the client's own body",
    "reach": "how to reach a child",
    "scheme": "a text, stored; compared after the answer with identifiers of the client's own body",
    "value": "a text, stored; compared after the answer with identifiers of the client's own body",
    "toAuthority": "a key, looked up among the authorities of the public directory",
    "evidence": "a text, stored; read where SHIELD_CASE is in sight",
    "reason": "a word, stored; read where SHIELD_CASE is in sight, but that two of them seal former names",
    "resolution": "a word, stored",
    "reviewBy": "a day, stored; read where SHIELD_CASE is in sight",
    "version": "compared with what the viewer may read, or with the agreement in force",
}
"""Every field of the inputs of deeds, and what is done with it: one that is not here has no proof."""

PAYLOAD = {"clientMutationId": "String", "problems": "[Problem!]!"}
"""What every payload has."""


def deed_faults(schema: GatewaySchema) -> Iterator[str]:
    """Yield a sentence for each mutation that is not declared as a deed is."""
    root = schema.core.mutation_type
    for name, field in (root.fields if root else {}).items():
        where = f"Mutation.{name}"
        yield from _input_faults(where, field)
        yield from _payload_faults(where, get_named_type(field.type))
        declared = field.extensions[DEFINITION]
        guarded = any(issubclass(guard, RootPermission) for guard in declared.permission_classes)
        if not guarded and not isinstance(declared.metadata.get(LABEL), Public):
            yield f"`{where}` names no act: declare it with `root`, or say why it is open"


def _input_faults(where: str, field: Any) -> Iterator[str]:
    arguments = {name: get_named_type(argument.type) for name, argument in field.args.items()}
    kind = arguments.get("input")
    if list(arguments) != ["input"] or not isinstance(kind, GraphQLInputObjectType):
        yield f"`{where}` must take one argument, `input`, of an input type"
        return
    if "clientMutationId" not in kind.fields:
        yield f"`{kind.name}` lacks `clientMutationId`: derive it from `DeedInput`"
    for name in sorted(_names(kind)):
        if name not in INPUTS:
            yield f"`{where}` is given `{name}`, which no proof knows: say in `schema/proof_of_deeds.py` what it does"


def _names(kind: GraphQLInputObjectType) -> set[str]:
    """Return the names of the fields of an input, those of inputs within it too."""
    found = set(kind.fields)
    for field in kind.fields.values():
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            found |= _names(inner)
    return found


def _payload_faults(where: str, kind: Any) -> Iterator[str]:
    fields = {name: str(field.type) for name, field in kind.fields.items()} if _is_object(kind) else {}
    if {name: fields.get(name) for name in PAYLOAD} != PAYLOAD:
        yield f"`{where}` answers with no payload: derive its type from `Payload`"
    for name in fields.keys() - PAYLOAD.keys():
        if fields[name].endswith("!") and not fields[name].endswith("]!"):
            yield f"`{where}` answers with `{name}`, which must be able to be null or empty: a deed may end in problems"


def _is_object(kind: Any) -> bool:
    return isinstance(kind, GraphQLObjectType)
