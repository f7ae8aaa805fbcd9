from datetime import date, datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import (
    Gender,
    LegalBasis,
    OverrideGround,
    Relationship,
    SensitiveBasis,
    ServiceKind,
    ShieldReason,
    TaskResolution,
)


class AcceptAgreementInput(BaseModel):
    """The agreement that is accepted"""

    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    version: str
    "The version that was read; only the one in force can be accepted"


class AddContactInput(BaseModel):
    """A carer of a child: always a new person, whoever is on record elsewhere"""

    address: Optional["AddressInput"] = None
    "The carer's address"
    child_id: str = Field(alias="childId")
    "The child"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    email: Optional[str] = None
    "The carer's e-mail address"
    family_name: str = Field(alias="familyName")
    "The carer's family name"
    given_names: str = Field(alias="givenNames")
    "The carer's given names"
    parental_responsibility: bool = Field(alias="parentalResponsibility")
    "Whether the carer has parental responsibility"
    phone: Optional[str] = None
    "The carer's telephone"
    relationship: Relationship
    "What the carer is to the child"


class AddressInput(BaseModel):
    """A postal address, entered whole"""

    lines: list[str]
    "Its lines, without town and postcode"
    postcode: str
    "The postcode"
    town: Optional[str] = None
    "The town"
    uprn: Optional[str] = None
    "The unique property reference number"


class AmendChildInput(BaseModel):
    """What changes in a child's record. What is left out stays, null clears; any mention of what is withheld refuses the whole, whatever is stored"""

    address: Optional["AddressInput"] = None
    "Where the child lives now"
    child_id: str = Field(alias="childId")
    "The child"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    email: Optional[str] = None
    "The child's own e-mail address"
    family_name: Optional[str] = Field(alias="familyName", default=None)
    "The family name; it cannot be cleared"
    given_names: Optional[str] = Field(alias="givenNames", default=None)
    "The given names; they cannot be cleared"
    phone: Optional[str] = None
    "The child's own telephone"
    version: str
    "The version that was read: a change of what has changed since is refused"


class AmendContactInput(BaseModel):
    """How to reach a carer. What is left out stays, null clears; any mention of what is withheld refuses the whole, whatever is stored"""

    address: Optional["AddressInput"] = None
    "The carer's address"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    contact_id: str = Field(alias="contactId")
    "The contact"
    email: Optional[str] = None
    "The carer's e-mail address"
    phone: Optional[str] = None
    "The carer's telephone"
    version: str
    "The version that was read: a change of what has changed since is refused"


class AnswerContactInput(BaseModel):
    """An answer to a request to be put in touch"""

    answer: str
    "What is answered, 2000 characters at most: with a place, a number or a body's name in it, it is refused"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    task_id: str = Field(alias="taskId")
    "The task, of the kind BROKER_REQUEST"


class ApplyForAccessInput(BaseModel):
    """What access is applied for"""

    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    directory_numbers: list[str] = Field(alias="directoryNumbers")
    "The children's directory numbers, 50 at most; whether one exists is not told"
    justification: str
    "Why access is needed, for those who decide"
    legal_basis: LegalBasis = Field(alias="legalBasis")
    "On which legal basis"


class ChildSearch(BaseModel):
    """At least: a family name with a date of birth or a range of at most two years; or a directory number; or an external identifier. All criteria must hold. Postcode, phone and e-mail mean the child's own, current; they only narrow, and never find a record whose WHEREABOUTS this viewer does not see."""

    born_between: Optional["DateRange"] = Field(alias="bornBetween", default=None)
    "A range of dates of birth"
    date_of_birth: Optional[date] = Field(alias="dateOfBirth", default=None)
    "The date of birth"
    directory_number: Optional[str] = Field(alias="directoryNumber", default=None)
    "The directory number"
    email: Optional[str] = None
    "The child's own e-mail address"
    external_identifier: Optional["ExternalIdentifierInput"] = Field(
        alias="externalIdentifier", default=None
    )
    "Only identifiers issued by the viewer's own organisation, unless IDENTIFIERS is held in full"
    family_name: Optional[str] = Field(alias="familyName", default=None)
    "The whole family name; case, diacritics, hyphens, apostrophes and the order of double names do not matter"
    gender: Optional[Gender] = None
    "The gender as registered"
    given_names: Optional[str] = Field(alias="givenNames", default=None)
    "At least three letters; a trailing * asks for a prefix"
    phone: Optional[str] = None
    "The child's own telephone"
    postcode: Optional[str] = None
    "The postcode of the current address"
    sounds_like: Optional[bool] = Field(alias="soundsLike", default=False)
    "Match names by sound as well as by spelling"


class CloseOverrideInput(BaseModel):
    """Which override is not needed any more"""

    child_id: str = Field(alias="childId")
    "The child whose record it opens"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"


class ConcealChildInput(BaseModel):
    """Which record is concealed, and on whose word"""

    child_id: str = Field(alias="childId")
    "The child whose old record ends"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    note: str
    "On whose word, for those who look at it later; it must not tell of the child's new life"


class ContactSearch(BaseModel):
    """Needs, beside the family name, given names (three letters), a phone, an e-mail or a postcode. Phone, e-mail and postcode never find a contact whose WHEREABOUTS this viewer does not see."""

    email: Optional[str] = None
    "The carer's e-mail address"
    family_name: str = Field(alias="familyName")
    "The carer's whole family name, compared as a child's is"
    given_names: Optional[str] = Field(alias="givenNames", default=None)
    "At least three letters; a trailing * asks for a prefix"
    phone: Optional[str] = None
    "The carer's telephone"
    postcode: Optional[str] = None
    "The postcode of the carer's address"


class DateRange(BaseModel):
    """A range of dates, both ends included"""

    from_: date = Field(alias="from")
    "The earliest date"
    to: date
    "The latest date; two years after the earliest at most"


class DecideApplicationInput(BaseModel):
    """A decision on an application"""

    application_id: str = Field(alias="applicationId")
    "Which application"
    approve: bool
    "True to approve; the first refusal refuses"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    expires_at: Optional[datetime] = Field(alias="expiresAt", default=None)
    "Until when, at the latest; the earlier of both deciders' dates counts, and 28 days at most"
    note: str
    "Why, for other deciders, teams and auditors"


class DecideShieldInput(BaseModel):
    """A decision on a shield"""

    approve: bool
    "True to approve; to refuse takes two accounts of the team"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    note: str
    "Why; kept with the case"
    review_by: Optional[date] = Field(alias="reviewBy", default=None)
    "When an approved shield is reviewed, 366 days ahead at most; left out, in 182 days"
    shield_id: str = Field(alias="shieldId")
    "Which shield"


class EndInvolvementInput(BaseModel):
    """Which work of the viewer's own ends, and when"""

    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    involvement_id: str = Field(alias="involvementId")
    "The involvement"
    to: date
    "Its last day; today at the latest"


class ExternalIdentifierInput(BaseModel):
    """An identifier that another body issued"""

    scheme: str
    "Which kind of identifier it is"
    value: str
    "The identifier"


class FeedChildInput(BaseModel):
    """Who a child is, as a case system knows it, with the identifier that it gave the child"""

    date_of_birth: date = Field(alias="dateOfBirth")
    "The date of birth, of somebody who is not of age"
    external_identifier: "ExternalIdentifierInput" = Field(alias="externalIdentifier")
    "By which the client's own organisation knows the child; the same for all entries on the child"
    family_name: str = Field(alias="familyName")
    "The family name"
    gender: Optional[Gender] = None
    "The gender as registered"
    given_names: str = Field(alias="givenNames")
    "The given names"


class FeedEntryInput(BaseModel):
    """Exactly one deed for one child, known to the case system by its own identifier; entries on one child are done in their order"""

    child: "FeedChildInput"
    "Whom it is about"
    entry: str
    "The client's own name for the entry: sent again under it, it is done once; 200 characters at most"
    involvement: Optional["FeedInvolvementInput"] = None
    "Work with the child"
    placement: Optional["FeedPlacementInput"] = None
    "A school place of the child"
    reach: Optional["FeedReachInput"] = None
    "How to reach the child"


class FeedInvolvementInput(BaseModel):
    """Work with the child of a practitioner of the client's own organisation"""

    assessment: Optional[bool] = None
    "Whether a common assessment is held"
    basis: Optional[SensitiveBasis] = None
    "On what ground it is on record; a sensitive service needs one, and it marks any"
    from_: date = Field(alias="from")
    "When it began; with practitioner and service it says which work it is"
    lead: Optional[bool] = None
    "Whether the practitioner leads"
    practitioner_id: str = Field(alias="practitionerId")
    "Who works with the child"
    service: ServiceKind
    "Which service it is"
    to: Optional[date] = None
    "When it ended; null for not yet"


class FeedPlacementInput(BaseModel):
    """A school place"""

    from_: date = Field(alias="from")
    "When it began or begins"
    organisation_id: str = Field(alias="organisationId")
    "Which school"
    to: Optional[date] = None
    "When it ends; null for not known"


class FeedReachInput(BaseModel):
    """How to reach the child: what is left out stays, null clears"""

    address: Optional["AddressInput"] = None
    "Where the child lives"
    email: Optional[str] = None
    "The child's own e-mail address"
    phone: Optional[str] = None
    "The child's own telephone"
    since: date
    "Since when; an address older than the one that is known changes nothing"


class LiftShieldInput(BaseModel):
    """Proposes when the shield is active; lifts when a second account of the responsible team says the same"""

    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    note: str
    "Why; kept with the case"
    shield_id: str = Field(alias="shieldId")
    "Which shield"


class MergeChildrenInput(BaseModel):
    """Which two records are one child's"""

    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    keep: str
    "The child whose record is kept"
    merge: str
    "The child whose record goes into it; its id answers no more"
    note: str
    "Why, for those who look at it later"


class OpenOverrideInput(BaseModel):
    """Which record is opened in an emergency, and why"""

    accept_investigation: bool = Field(alias="acceptInvestigation")
    "Must be true: the override is looked into, and an alert is raised at once"
    child_id: str = Field(alias="childId")
    "The child whose record is shielded; nobody else's opens"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    explanation: str
    "Why, in the viewer's own words, 10 to 500 characters: it is read when the override is looked into"
    ground: OverrideGround
    "On which ground"


class RecordInvolvementInput(BaseModel):
    """The viewer's own work with a child"""

    assessment: Optional[bool] = False
    "Whether the viewer holds the common assessment"
    basis: Optional[SensitiveBasis] = None
    "On what ground a sensitive service is on record, which needs one; given for any other, it makes the work sensitive"
    child_id: str = Field(alias="childId")
    "The child"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    from_: date = Field(alias="from")
    "Since when; today at the latest"
    lead: Optional[bool] = False
    "Whether the viewer is the lead professional"
    service: ServiceKind
    "What kind of service it is"


class RecordPlacementInput(BaseModel):
    """A school place"""

    child_id: str = Field(alias="childId")
    "The child"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    from_: date = Field(alias="from")
    "From when"
    organisation_id: str = Field(alias="organisationId")
    "The school"
    to: Optional[date] = None
    "The last day, if it is known"


class RecordRegistrationInput(BaseModel):
    """A registration with a general practice; the one of before ends"""

    child_id: str = Field(alias="childId")
    "The child"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    organisation_id: str = Field(alias="organisationId")
    "The practice"
    since: date
    "Since when; today at the latest"


class RegisterChildInput(BaseModel):
    """A child to be registered"""

    address: Optional["AddressInput"] = None
    "Where the child lives"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    date_of_birth: date = Field(alias="dateOfBirth")
    "The date of birth"
    family_name: str = Field(alias="familyName")
    "The family name"
    gender: Gender
    "The gender as registered"
    given_names: str = Field(alias="givenNames")
    "The given names"


class RequestContactInput(BaseModel):
    """About whom somebody asks to be put in touch, and why"""

    child_id: str = Field(alias="childId")
    "The child whose carers or workers are to be reached"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    message: str
    "What is asked, 2000 characters at most: the team that is responsible reads it, and nobody else"


class RequestShieldInput(BaseModel):
    """A shield that is asked for"""

    child_id: str = Field(alias="childId")
    "Which child"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    evidence: str
    "What shows it; for the responsible team alone"
    reason: ShieldReason
    "Why; for the responsible team alone"


class ResolveTaskInput(BaseModel):
    """How a task ends"""

    child_id: Optional[str] = Field(alias="childId", default=None)
    "The other child, for matches alone"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    note: str
    "Why; kept with the task"
    resolution: TaskResolution
    "How it ends; each kind has ways of its own"
    task_id: str = Field(alias="taskId")
    "Which task"


class SubmitFeedInput(BaseModel):
    """What a case system sends at once"""

    client_mutation_id: str = Field(alias="clientMutationId")
    "A key of the client's for this submission: sent again within 24 hours, it answers as before"
    entries: list["FeedEntryInput"]
    "1 to 1,000 entries"


class SuspendAccountInput(BaseModel):
    """Which account is suspended, and why"""

    account_id: str = Field(alias="accountId")
    "The account, one of the team's own authority"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    note: str
    "Why, for those who look at it later"


class TransferRecordInput(BaseModel):
    """Which record another authority is to be responsible for"""

    child_id: str = Field(alias="childId")
    "The child whose record it is"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    note: str
    "Why, for those who look at it later"
    to_authority: str = Field(alias="toAuthority")
    "The authority, by its id as an organisation"


class WithdrawApplicationInput(BaseModel):
    """An application that is not needed any more"""

    application_id: str = Field(alias="applicationId")
    "Which application, one of the viewer's own"
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"


class WithdrawConsentInput(BaseModel):
    """For which work of the viewer's own consent is withdrawn"""

    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    "A key of the client's for this deed: asked again under it within 24 hours, the deed is not done again and answers as before"
    involvement_id: str = Field(alias="involvementId")
    "The involvement; it is taken off the record"


AddContactInput.model_rebuild()
AmendChildInput.model_rebuild()
AmendContactInput.model_rebuild()
ChildSearch.model_rebuild()
FeedChildInput.model_rebuild()
FeedEntryInput.model_rebuild()
FeedReachInput.model_rebuild()
RegisterChildInput.model_rebuild()
SubmitFeedInput.model_rebuild()
