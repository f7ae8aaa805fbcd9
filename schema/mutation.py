"""The deeds: what may be done, each with the act that it needs; done one after another, each in one transaction."""

from authz.words import Act
from schema.account import ViewerPayload, accept_agreement, suspend_account
from schema.amending import (
    add_one_contact,
    amend_one_child,
    amend_one_contact,
    place_one,
    register_one_with_practice,
)
from schema.applying import ApplicationPayload, apply_for_access, decide_application, withdraw_application
from schema.broker import BrokerRequestPayload, answer_one, request_one
from schema.changed import ChildPayload
from schema.ending import ConcealPayload, conceal_one, transfer_one
from schema.feed import FeedPayload, submit_feed
from schema.fields import object_type, open_field, root
from schema.involving import end_one, record_one, withdraw_one
from schema.override import OverridePayload, close_one, open_one
from schema.registering import merge_two, register_one
from schema.resolving import resolve_task
from schema.shielding import ShieldPayload, decide_shield, lift_shield, request_shield
from schema.task import TaskPayload


@object_type(
    description="What may be done. Every mutation takes one input with a clientMutationId and answers with what "
    "changed, re-read under the same law, or with problems"
)
class Mutation:
    accept_agreement: ViewerPayload = open_field(
        why="it is the viewer's own account",
        description="Accepts the agreement in force; needs a valid token only",
        resolver=accept_agreement,
    )
    apply_for_access: ApplicationPayload = root(
        Act.APPLY,
        description="Applies for access to the children who have these directory numbers. Opens nothing until two "
        "bodies have approved",
        resolver=apply_for_access,
    )
    decide_application: ApplicationPayload = root(
        Act.DECIDE_APPLICATION,
        description="Approves or refuses. It takes two approvers with child-welfare roles, from different "
        "organisations, neither the applicant's; the first refusal refuses",
        resolver=decide_application,
    )
    withdraw_application: ApplicationPayload = root(
        Act.APPLY,
        description="Withdraws an application of one's own; access that it gave ends at once",
        resolver=withdraw_application,
    )
    open_override: OverridePayload = root(
        Act.OVERRIDE,
        description="Opens one shielded record in an emergency, for 15 minutes at most, under the purpose "
        "IMMEDIATE_RISK or CHILD_PROTECTION. It raises an alert and is looked into",
        resolver=open_one,
    )
    close_override: OverridePayload = root(
        Act.OVERRIDE,
        description="Closes the viewer's override of a record before its time; it is looked into all the same",
        resolver=close_one,
    )
    request_contact: BrokerRequestPayload = root(
        Act.BROKER,
        description="Asks to be put in touch about a child. The team that is responsible answers; which it is, is not "
        "told, nor whether there is one",
        resolver=request_one,
    )
    answer_contact: TaskPayload = root(
        Act.TASKS,
        description="Answers a request to be put in touch, on a record for which the team is responsible; no place may "
        "be in the answer",
        resolver=answer_one,
    )
    record_involvement: ChildPayload = root(
        Act.INVOLVE,
        description="Records the viewer's own work with a child. Sensitive services need a basis",
        resolver=record_one,
    )
    end_involvement: ChildPayload = root(
        Act.INVOLVE,
        description="Ends work of the viewer's own",
        resolver=end_one,
    )
    withdraw_consent: ChildPayload = root(
        Act.INVOLVE,
        description="Takes sensitive work of the viewer's own, which rests on consent, off the record at once",
        resolver=withdraw_one,
    )
    add_contact: ChildPayload = root(
        Act.AMEND,
        description="Adds a carer to a child's record, always as a new person",
        resolver=add_one_contact,
    )
    amend_contact: ChildPayload = root(
        Act.AMEND,
        description="Amends how to reach a carer, where the viewer sees it",
        resolver=amend_one_contact,
    )
    amend_child: ChildPayload = root(
        Act.AMEND,
        description="Amends a child's names, and how to reach the child where the viewer sees it. A new address that "
        "matches a shielded household is asked about, and changes nothing else",
        resolver=amend_one_child,
    )
    record_placement: ChildPayload = root(
        Act.AMEND,
        description="Records a school place, where the viewer sees such places",
        resolver=place_one,
    )
    record_registration: ChildPayload = root(
        Act.AMEND,
        description="Records a registration with a practice, where the viewer sees such; the one of before ends",
        resolver=register_one_with_practice,
    )
    register_child: ChildPayload = root(
        Act.REGISTER,
        description="Registers a child. The new record is on hold until two of the responsible team have looked "
        "whether the child is known already",
        resolver=register_one,
    )
    merge_children: ChildPayload = root(
        Act.MERGE,
        description="Merges the record of a child who is on record twice into the other, which is shielded if either "
        "was; answers with the one that is kept",
        resolver=merge_two,
    )
    transfer_record: ChildPayload = root(
        Act.TRANSFER,
        description="Makes another authority responsible for a record, for which the team was; its open tasks follow",
        resolver=transfer_one,
    )
    conceal_child: ConcealPayload = root(
        Act.CONCEAL,
        description="Ends the old record of a child with a new identity: it exists for nobody from now on",
        resolver=conceal_one,
    )
    request_shield: ShieldPayload = root(
        Act.REQUEST_SHIELD,
        description="Requests a shield. It is in force at once, and puts the rest of the household on hold; every "
        "request raises an alert",
        resolver=request_shield,
    )
    decide_shield: ShieldPayload = root(
        Act.DECIDE_SHIELD,
        description="Approves a shield, or keeps one whose lifting is proposed; or refuses a request. One account of "
        "the responsible team approves, two refuse, neither of them the requester; until then it stays REQUESTED",
        resolver=decide_shield,
    )
    lift_shield: ShieldPayload = root(
        Act.LIFT_SHIELD,
        description="Proposes to lift an active shield; lifts it when a second account of the responsible team says "
        "the same. Neither may be the requester",
        resolver=lift_shield,
    )
    resolve_task: TaskPayload = root(
        Act.TASKS,
        description="Ends a task. That a child on hold does not live there takes two accounts of the responsible "
        "team; the payload's task is null once it is done",
        resolver=resolve_task,
    )
    suspend_account: TaskPayload = root(
        Act.SUSPEND,
        description="Suspends an account of an organisation in the team's own authority, from the next request on",
        resolver=suspend_account,
    )
    submit_feed: FeedPayload = root(
        Act.FEED,
        description="Keeps up to 1,000 entries of a case system, each accepted or refused by itself. The answer "
        "depends on the entries and on what the client has sent before; what they match is found out after it",
        resolver=submit_feed,
    )
