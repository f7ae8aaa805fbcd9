from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ProblemCode


class RequestContact(BaseModel):
    request_contact: "RequestContactRequestContact" = Field(alias="requestContact")


class RequestContactRequestContact(BaseModel):
    reference: Optional[str]
    problems: list["RequestContactRequestContactProblems"]


class RequestContactRequestContactProblems(BaseModel):
    code: ProblemCode
    field: Optional[str]
    message: str


RequestContact.model_rebuild()
RequestContactRequestContact.model_rebuild()
