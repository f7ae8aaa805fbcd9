from collections.abc import AsyncIterator
from typing import Any, Optional, Union

from .async_base_client import AsyncBaseClient
from .base_model import UNSET, UnsetType
from .caseload import Caseload
from .caseload_changed import CaseloadChanged
from .input_types import RequestContactInput, SubmitFeedInput
from .record import Record
from .request_contact import RequestContact
from .submit_feed import SubmitFeed


def gql(q: str) -> str:
    return q


class Directory(AsyncBaseClient):
    async def caseload(
        self, first: int, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> Caseload:
        query = gql("""
            query Caseload($first: Int!, $after: String) {
              caseload(first: $first, after: $after) {
                edges {
                  node {
                    directoryNumber
                    familyName
                    shielded
                  }
                }
                pageInfo {
                  hasNextPage
                  endCursor
                }
              }
            }
            """)
        variables: dict[str, object] = {"first": first, "after": after}
        response = await self.execute(
            query=query, operation_name="Caseload", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Caseload.model_validate(data)

    async def record(self, number: str, **kwargs: Any) -> Record:
        query = gql("""
            query Record($number: String!) {
              child(directoryNumber: $number) {
                id
                familyName
                phone
                contacts {
                  familyName
                  phone
                  withheld {
                    ...Notice
                  }
                }
                withheld {
                  ...Notice
                }
              }
            }

            fragment Notice on Withheld {
              group
              notice
              broker {
                name
                phone
              }
            }
            """)
        variables: dict[str, object] = {"number": number}
        response = await self.execute(
            query=query, operation_name="Record", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return Record.model_validate(data)

    async def request_contact(
        self, input: RequestContactInput, **kwargs: Any
    ) -> RequestContact:
        query = gql("""
            mutation RequestContact($input: RequestContactInput!) {
              requestContact(input: $input) {
                reference
                problems {
                  code
                  field
                  message
                }
              }
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="RequestContact", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return RequestContact.model_validate(data)

    async def submit_feed(self, input: SubmitFeedInput, **kwargs: Any) -> SubmitFeed:
        query = gql("""
            mutation SubmitFeed($input: SubmitFeedInput!) {
              submitFeed(input: $input) {
                results {
                  entry
                  outcome
                  problem {
                    code
                    field
                    message
                  }
                }
                problems {
                  code
                  message
                }
              }
            }
            """)
        variables: dict[str, object] = {"input": input}
        response = await self.execute(
            query=query, operation_name="SubmitFeed", variables=variables, **kwargs
        )
        data = self.get_data(response)
        return SubmitFeed.model_validate(data)

    async def caseload_changed(
        self, after: Union[Optional[str], UnsetType] = UNSET, **kwargs: Any
    ) -> AsyncIterator[CaseloadChanged]:
        query = gql("""
            subscription CaseloadChanged($after: String) {
              caseloadChanged(after: $after) {
                position
                at
                change
                child {
                  childId
                  directoryNumber
                  familyName
                  shielded
                }
              }
            }
            """)
        variables: dict[str, object] = {"after": after}
        async for data in self.execute_ws(
            query=query, operation_name="CaseloadChanged", variables=variables, **kwargs
        ):
            yield CaseloadChanged.model_validate(data)
