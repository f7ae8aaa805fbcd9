from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Notice


class Record(BaseModel):
    child: Optional["RecordChild"]


class RecordChild(BaseModel):
    id: str
    family_name: str = Field(alias="familyName")
    phone: Optional[str]
    contacts: Optional[list["RecordChildContacts"]]
    withheld: list["RecordChildWithheld"]


class RecordChildContacts(BaseModel):
    family_name: str = Field(alias="familyName")
    phone: Optional[str]
    withheld: list["RecordChildContactsWithheld"]


RecordChildContactsWithheld = Notice
RecordChildWithheld = Notice
Record.model_rebuild()
RecordChild.model_rebuild()
RecordChildContacts.model_rebuild()
