from datetime import datetime

from pydantic import Field

from .base_model import BaseModel
from .enums import CaseloadChange


class CaseloadChanged(BaseModel):
    caseload_changed: "CaseloadChangedCaseloadChanged" = Field(alias="caseloadChanged")


class CaseloadChangedCaseloadChanged(BaseModel):
    position: str
    at: datetime
    change: CaseloadChange
    child: "CaseloadChangedCaseloadChangedChild"


class CaseloadChangedCaseloadChangedChild(BaseModel):
    child_id: str = Field(alias="childId")
    directory_number: str = Field(alias="directoryNumber")
    family_name: str = Field(alias="familyName")
    shielded: bool


CaseloadChanged.model_rebuild()
CaseloadChangedCaseloadChanged.model_rebuild()
