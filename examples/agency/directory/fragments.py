from .base_model import BaseModel
from .enums import FieldGroup


class Notice(BaseModel):
    group: FieldGroup
    notice: str
    broker: "NoticeBroker"


class NoticeBroker(BaseModel):
    name: str
    phone: str


Notice.model_rebuild()
