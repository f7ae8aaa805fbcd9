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
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    version: str


class AddContactInput(BaseModel):
    address: Optional["AddressInput"] = None
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    email: Optional[str] = None
    family_name: str = Field(alias="familyName")
    given_names: str = Field(alias="givenNames")
    parental_responsibility: bool = Field(alias="parentalResponsibility")
    phone: Optional[str] = None
    relationship: Relationship


class AddressInput(BaseModel):
    lines: list[str]
    postcode: str
    town: Optional[str] = None
    uprn: Optional[str] = None


class AmendChildInput(BaseModel):
    address: Optional["AddressInput"] = None
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    email: Optional[str] = None
    family_name: Optional[str] = Field(alias="familyName", default=None)
    given_names: Optional[str] = Field(alias="givenNames", default=None)
    phone: Optional[str] = None
    version: str


class AmendContactInput(BaseModel):
    """In amend inputs an absent field leaves the value and null clears it, for groups in the viewer's sight only.
    Any mention of a field whose group is not in sight is refused as a whole, NOT_YOURS_TO_CHANGE, whatever is stored."""

    address: Optional["AddressInput"] = None
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    contact_id: str = Field(alias="contactId")
    email: Optional[str] = None
    phone: Optional[str] = None
    version: str


class AnswerContactInput(BaseModel):
    answer: str
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    task_id: str = Field(alias="taskId")


class ApplyForAccessInput(BaseModel):
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    directory_numbers: list[str] = Field(alias="directoryNumbers")
    justification: str
    legal_basis: LegalBasis = Field(alias="legalBasis")


class ChildSearch(BaseModel):
    """At least: a family name with a date of birth or a range of at most two years; or a directory number; or an external identifier.
    All criteria must hold. Postcode, phone and e-mail mean the child's own, current; they only narrow, and never find a record whose WHEREABOUTS this viewer does not see."""

    born_between: Optional["DateRange"] = Field(alias="bornBetween", default=None)
    date_of_birth: Optional[date] = Field(alias="dateOfBirth", default=None)
    directory_number: Optional[str] = Field(alias="directoryNumber", default=None)
    email: Optional[str] = None
    external_identifier: Optional["ExternalIdentifierInput"] = Field(
        alias="externalIdentifier", default=None
    )
    "Only identifiers issued by the viewer's own organisation, unless IDENTIFIERS is held in full"
    family_name: Optional[str] = Field(alias="familyName", default=None)
    gender: Optional[Gender] = None
    given_names: Optional[str] = Field(alias="givenNames", default=None)
    "At least three letters; a trailing * asks for a prefix"
    phone: Optional[str] = None
    postcode: Optional[str] = None
    sounds_like: Optional[bool] = Field(alias="soundsLike", default=False)
    "Match names by sound as well as by spelling"


class CloseOverrideInput(BaseModel):
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)


class ConcealChildInput(BaseModel):
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    note: str


class ContactSearch(BaseModel):
    """Needs, beside the family name, given names (three letters), a phone, an e-mail or a postcode"""

    email: Optional[str] = None
    family_name: str = Field(alias="familyName")
    given_names: Optional[str] = Field(alias="givenNames", default=None)
    phone: Optional[str] = None
    postcode: Optional[str] = None


class DateRange(BaseModel):
    from_: date = Field(alias="from")
    to: date


class DecideApplicationInput(BaseModel):
    application_id: str = Field(alias="applicationId")
    approve: bool
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    expires_at: Optional[datetime] = Field(alias="expiresAt", default=None)
    note: str


class DecideShieldInput(BaseModel):
    approve: bool
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    note: str
    review_by: Optional[date] = Field(alias="reviewBy", default=None)
    shield_id: str = Field(alias="shieldId")


class EndInvolvementInput(BaseModel):
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    involvement_id: str = Field(alias="involvementId")
    to: date


class ExternalIdentifierInput(BaseModel):
    scheme: str
    value: str


class FeedChildInput(BaseModel):
    date_of_birth: date = Field(alias="dateOfBirth")
    external_identifier: "ExternalIdentifierInput" = Field(alias="externalIdentifier")
    family_name: str = Field(alias="familyName")
    gender: Optional[Gender] = None
    given_names: str = Field(alias="givenNames")


class FeedEntryInput(BaseModel):
    """Exactly one deed for one child, known to the case system by its own identifier"""

    child: "FeedChildInput"
    entry: str
    involvement: Optional["FeedInvolvementInput"] = None
    placement: Optional["FeedPlacementInput"] = None
    reach: Optional["FeedReachInput"] = None


class FeedInvolvementInput(BaseModel):
    assessment: Optional[bool] = None
    basis: Optional[SensitiveBasis] = None
    from_: date = Field(alias="from")
    lead: Optional[bool] = None
    practitioner_id: str = Field(alias="practitionerId")
    service: ServiceKind
    to: Optional[date] = None


class FeedPlacementInput(BaseModel):
    from_: date = Field(alias="from")
    organisation_id: str = Field(alias="organisationId")
    to: Optional[date] = None


class FeedReachInput(BaseModel):
    address: Optional["AddressInput"] = None
    email: Optional[str] = None
    phone: Optional[str] = None
    since: date


class LiftShieldInput(BaseModel):
    """Proposes when the shield is active; lifts when a second account of the responsible team says the same"""

    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    note: str
    shield_id: str = Field(alias="shieldId")


class MergeChildrenInput(BaseModel):
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    keep: str
    merge: str
    note: str


class OpenOverrideInput(BaseModel):
    accept_investigation: bool = Field(alias="acceptInvestigation")
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    explanation: str
    ground: OverrideGround


class RecordInvolvementInput(BaseModel):
    """Records the viewer's own involvement"""

    assessment: Optional[bool] = False
    basis: Optional[SensitiveBasis] = None
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    from_: date = Field(alias="from")
    lead: Optional[bool] = False
    service: ServiceKind


class RecordPlacementInput(BaseModel):
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    from_: date = Field(alias="from")
    organisation_id: str = Field(alias="organisationId")
    to: Optional[date] = None


class RecordRegistrationInput(BaseModel):
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    organisation_id: str = Field(alias="organisationId")
    since: date


class RegisterChildInput(BaseModel):
    address: Optional["AddressInput"] = None
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    date_of_birth: date = Field(alias="dateOfBirth")
    family_name: str = Field(alias="familyName")
    gender: Gender
    given_names: str = Field(alias="givenNames")


class RequestContactInput(BaseModel):
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    message: str


class RequestShieldInput(BaseModel):
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    evidence: str
    reason: ShieldReason


class ResolveTaskInput(BaseModel):
    child_id: Optional[str] = Field(alias="childId", default=None)
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    note: str
    resolution: TaskResolution
    task_id: str = Field(alias="taskId")


class SubmitFeedInput(BaseModel):
    client_mutation_id: str = Field(alias="clientMutationId")
    entries: list["FeedEntryInput"]


class SuspendAccountInput(BaseModel):
    account_id: str = Field(alias="accountId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    note: str


class TransferRecordInput(BaseModel):
    child_id: str = Field(alias="childId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    note: str
    to_authority: str = Field(alias="toAuthority")


class WithdrawApplicationInput(BaseModel):
    application_id: str = Field(alias="applicationId")
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)


class WithdrawConsentInput(BaseModel):
    client_mutation_id: Optional[str] = Field(alias="clientMutationId", default=None)
    involvement_id: str = Field(alias="involvementId")


AddContactInput.model_rebuild()
AmendChildInput.model_rebuild()
AmendContactInput.model_rebuild()
ChildSearch.model_rebuild()
FeedChildInput.model_rebuild()
FeedEntryInput.model_rebuild()
FeedReachInput.model_rebuild()
RegisterChildInput.model_rebuild()
SubmitFeedInput.model_rebuild()
