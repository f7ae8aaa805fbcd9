"""The deeds: what may be done, each with the act that it needs; done one after another, each in one transaction."""

from authz.words import Act
from schema.account import ViewerPayload, accept_agreement, suspend_account
from schema.applying import ApplicationPayload, apply_for_access, decide_application, withdraw_application
from schema.broker import BrokerRequestPayload, answer_one, request_one
from schema.changed import ChildPayload
from schema.ending import ConcealPayload, conceal_one, transfer_one
from schema.feed import FeedPayload, submit_feed
from schema.fields import object_type, open_field, root
from schema.override import OverridePayload, close_one, open_one
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
