from typing import Optional

from pydantic import Field

from .base_model import BaseModel


class Caseload(BaseModel):
    caseload: "CaseloadCaseload"


class CaseloadCaseload(BaseModel):
    edges: list["CaseloadCaseloadEdges"]
    page_info: "CaseloadCaseloadPageInfo" = Field(alias="pageInfo")


class CaseloadCaseloadEdges(BaseModel):
    node: "CaseloadCaseloadEdgesNode"


class CaseloadCaseloadEdgesNode(BaseModel):
    directory_number: str = Field(alias="directoryNumber")
    family_name: str = Field(alias="familyName")
    shielded: bool


class CaseloadCaseloadPageInfo(BaseModel):
    has_next_page: bool = Field(alias="hasNextPage")
    end_cursor: Optional[str] = Field(alias="endCursor")


Caseload.model_rebuild()
CaseloadCaseload.model_rebuild()
CaseloadCaseloadEdges.model_rebuild()
