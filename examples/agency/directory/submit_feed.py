from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import FeedOutcome, ProblemCode


class SubmitFeed(BaseModel):
    submit_feed: "SubmitFeedSubmitFeed" = Field(alias="submitFeed")


class SubmitFeedSubmitFeed(BaseModel):
    results: list["SubmitFeedSubmitFeedResults"]
    problems: list["SubmitFeedSubmitFeedProblems"]


class SubmitFeedSubmitFeedResults(BaseModel):
    entry: str
    outcome: FeedOutcome
    problem: Optional["SubmitFeedSubmitFeedResultsProblem"]


class SubmitFeedSubmitFeedResultsProblem(BaseModel):
    code: ProblemCode
    field: Optional[str]
    message: str


class SubmitFeedSubmitFeedProblems(BaseModel):
    code: ProblemCode
    message: str


SubmitFeed.model_rebuild()
SubmitFeedSubmitFeed.model_rebuild()
SubmitFeedSubmitFeedResults.model_rebuild()
