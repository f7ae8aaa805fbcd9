"""The declared disclosures: what a viewer can tell beyond the groups in sight. The list is closed (R0)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One thing that a viewer can tell although no group in sight holds it, and why that is right.

    `tells` says what, by which field, and to whom; `why` argues it; `limit` says what cannot be told.
    `facts` are the fields of `authz.rules.Facts`, and `rules` the rules outside the policy, that it lets show.
    """

    id: str
    tells: str
    why: str
    limit: str
    facts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


DISCLOSURES: tuple[Disclosure, ...] = (
    Disclosure(
        id="D1",
        tells="That a record is shielded (`shielded`, on records and rows of lists), to whoever the record exists for.",
        why="Silence would be taken for absence, and a worker who finds no number asks a relative or the school "
        "instead.",
        limit="It does not tell why, by whom, or in which state the case is. A sibling on hold is told in the same "
        "way, so whoever sees both may guess that one follows the other; whoever looks again may see that a shield "
        "has begun or ended in between.",
        facts=("shield",),
    ),
    Disclosure(
        id="D2",
        tells="The viewer's own standing (`involved` on rows of lists, `own` on involvements, the own rows and the "
        "caseload, also under a shield), to the viewer.",
        why="It is the viewer's own work, own override, own approval and own task; nothing in it was learnt here. Own "
        "rows are seen whole, their flags `lead` and `assessment` included.",
        limit="It tells nothing of anybody else's. That a directory team's authority is responsible is D5.",
        facts=("standing",),
    ),
    Disclosure(
        id="D3",
        tells="That a carer's details are withheld below an open record (`Contact.withheld`, R8), to whoever sees "
        "WHEREABOUTS of that record: the carer has another child who is shielded and whose whereabouts the viewer "
        "would not see, even if that record existed for the viewer.",
        why="The carer's address may be that child's, so showing it would undo the shield; withholding every carer's "
        "details from everybody would undo the directory.",
        limit="It does not tell which child, how many, or where. Whoever looks again may see that the last such "
        "shield has ended, or its child has come of age; whoever is let see the sibling's whereabouts in between (an "
        "override) sees the details come back, of a carer whose name both records show already (D10), or sees that "
        "they do not: then another such child holds them.",
        rules=("shielded-sibling",),
    ),
    Disclosure(
        id="D4",
        tells="That a record exists, by directory number, by id or by search, to whoever holds IDENTITY on it.",
        why="The shield hides where a child is, not that there is one; two workers must be able to find that they "
        "mean the same child.",
        limit="A record that does not exist for the viewer answers as a number that nobody has. Who remembers a "
        "record that is gone can tell that something ended it for them: age, death, a conflict, an approval that ran "
        "out, concealment. They cannot tell which.",
    ),
    Disclosure(
        id="D5",
        tells="What `withheld` follows from, to whoever the record exists for. FORMER_NAMES in it, for a viewer who "
        "would see them on other shielded records, tells that a standing shield has one of two reasons: ADOPTION or "
        "WITNESS_PROTECTION. To a directory team the list tells whether its own authority is responsible.",
        why="The other ways are worse: to show an empty list would be a lie that somebody acts on, and to withhold "
        "former names on every shielded record would take a means to recognise a child from everybody. A team must "
        "know which records are its own to keep.",
        limit="It does not tell which of the two reasons, whether there are former names, or which other authority is "
        "responsible.",
        facts=("former_names_sealed", "standing"),
    ),
    Disclosure(
        id="D6",
        tells="The status, as far as it ends a record: the day on which a record is archived follows from a date of "
        "birth that the viewer has seen, or from a death.",
        why="Children's records must not outlive childhood, and the day cannot be kept from whoever knows the "
        "birthday.",
        limit="`LEFT` and `DECEASED` change no verdict; that a child has left England is told by `whereabouts`, to "
        "those who see it. An archived record answers as one that never was, but to a data manager.",
        facts=("status",),
    ),
    Disclosure(
        id="D7",
        tells="That a body is confidential (`Organisation.withheld`), where an involvement with it is in sight.",
        why="The name lets the national desk be asked for the right body; the place is the danger, not the name.",
        limit="Its place, its workers and its other children are not told. Who sees only own rows under a shield sees "
        "no other body there.",
        rules=("confidential-body", "public-directory"),
    ),
    Disclosure(
        id="D8",
        tells="The viewer's own account (`viewer`): name, role, organisation, purposes, lapses and what is left of "
        "the hour's budget. An act or a purpose that the account lacks is refused in words that are the same for "
        "every record.",
        why="One must know what one may ask for, and what is to be mended.",
        limit="Refusals and the budget follow from the account, from what is asked and was asked before, and from "
        "rows listed, never from what is hidden: an id costs the same whether or not there is a record.",
        rules=("lapsed-accounts-see-nothing",),
    ),
    Disclosure(
        id="D9",
        tells="The public directory of bodies and workers (`practitioners`, `organisations`), to every account without "
        "a lapse, and where a record in sight leads to them.",
        why="It says how to reach people at work. Nothing about a child is in it.",
        limit="Confidential bodies and their workers are not in it but to those who know them (D7). That somebody's "
        "caseload is empty for a viewer follows from the viewer's account and this directory, and tells nothing of "
        "that caseload.",
        rules=("public-directory",),
    ),
    Disclosure(
        id="D10",
        tells="Who belongs together: the names of carers are read below a shielded record too, so whoever sees two "
        "records with the same carer's name may take the children for siblings.",
        why="Regulation 6(5) of SI 2007/2182 left carers' names in sight under a shield. Without them a child cannot "
        "be told from a namesake, and a worker cannot know whom not to ring.",
        limit="A carer has another id below each child, so that nothing but the name joins them; how to reach the "
        "carer is WHEREABOUTS, and withheld with it.",
    ),
    Disclosure(
        id="D11",
        tells="An application for access (`accessApplications`): who applies, why, for which numbers, and what was "
        "decided; to the applicant, to auditors, and to protection officers and directory teams of other bodies. To "
        "these also by whom and why, and whether an approval counts still or its account is suspended. To the "
        "applicant of an approved application, which of the numbers were found.",
        why="Two people cannot decide on what they may not read, and who decided must be known to who decides next and "
        "to who reviews it. The applicant is told little: names of deciders are not for those who are refused.",
        limit="An application names children by the numbers that the applicant wrote. Whom a number belongs to is told "
        "to those who may know the child, by the law alone; before approval the applicant cannot tell whether anybody "
        "has it.",
    ),
    Disclosure(
        id="D12",
        tells="Brokered contact: to the requester the own requests (`brokerRequests`) with what was answered and when; "
        "to the team that is responsible for the record what was asked, by `Task.message`.",
        why="Who is put in touch must know what comes of it, and who answers must know what is asked.",
        limit="It does not tell the requester which team answers, nor whether there is one: a request that waits looks "
        "alike for all. An answer with a place in it is refused. The team learns of the requester what the message "
        "says. A request is listed while its child exists for the requester.",
    ),
    Disclosure(
        id="D13",
        tells="The trail of a record (`accessTrail`, `accessEvents`), to the team that is responsible for it: of a "
        "record that is open and was, also whether the operation touched anything beside it (`reason` is null though "
        "who looked is told), and whether the body of who looked is confidential and unknown to the team.",
        why="A family asks who has looked, and a team must be able to answer. A reason may speak of all that was asked "
        "for, so it is told where it can speak of this record alone.",
        limit="Of a record that is or was shielded neither person, body nor reason is told, and the time by the whole "
        "hour; order, bounds, cursors and filters tell no more. What else an operation touched is not told, nor how "
        "much of it there was.",
    ),
    Disclosure(
        id="D14",
        tells="The journal (`accessEvents`), to auditors: who asked, for which body, a confidential one too, when, for "
        "which purpose, and for which record by its reference; from reasons that are not told, that a record is or was "
        "shielded.",
        why="Somebody must be able to look into everybody, and cannot be told of a refuge's worker as of nobody. Whose "
        "record it is, need not be known for that.",
        limit="A reference opens nothing and leads to no child: an auditor sees no record. Free text of what was "
        "shielded, or sought in vain, is not told.",
    ),
    Disclosure(
        id="D15",
        tells="Who is of one household, while a shield begins or ends: the records of a household turn shielded "
        "together, when a shield is requested on an open one, and open together. So whoever sees both records, the "
        "requester above all, can tell that two carers of one name are one person, or that a shield of the household "
        "stands yet. To a directory team that parts its child from a household: which carer or address was shared.",
        why="A sibling whose record stayed open would give the shielded child away at once (R9); to hide siblings at "
        "another time would leave that gap.",
        limit="Only records that exist for the viewer show it, and of those only such as were open: their addresses "
        "and carers could be read until then. A request on a shielded record turns no other, and no later match with "
        "a shielded household does; when a request ends, all is as it was before: so nobody can find out by it where a "
        "shielded child lives. Who sees where a shielded child is, reads its carers by that verdict alone (R8): a "
        "protection officer who has an open record shielded and then overrides it, by two alerts and an "
        "investigation, and a team that has an open record of its own shielded, by an alert, as it reads those of "
        "every hold.",
    ),
    Disclosure(
        id="D16",
        tells="Alerts, to auditors: that an account asked for a record on which it is in conflict, or looked at one of "
        "its own home, its own child, or a colleague's; by the event, which names the account and the record's "
        "reference.",
        why="Somebody must be told who looks up the own family, of shielded records above all.",
        limit="A reference leads to no child, and no address or name is told: that somebody lives where the account "
        "does, is. Nobody else reads alerts, the account least of all.",
    ),
    Disclosure(
        id="D17",
        tells="What comes of a feed, to whoever knows what was fed: that no record of it appears tells that it has "
        "landed on a record that does not exist for the viewer, or was dropped.",
        why="What a client says of the child that it knows by its own identifier belongs on that child's record, "
        "whoever may see that; and what it says under the identifier of a concealed one begins no record beside it.",
        limit="The answer to the client tells nothing, and a record that appears is on hold whatever it is like. Who "
        "tries it needs an account that feeds, one that reads, and the identifier; each try leaves its event.",
    ),
    Disclosure(
        id="D18",
        tells="Why an operation was answered as it was (a trace, `/explorer/why`), for ten minutes, to auditors: by "
        "reference, which rules gave and took each group of each record that existed for who asked. From the rules "
        "follow the shield, the standing of who asked, that former names are sealed, and that a carer has a shielded "
        "child. In the demo, whose children are made up, the same is told to every persona but the one that asked.",
        why="Whoever reviews what a system withholds must be able to see that the law decided it, and by which "
        "sentence; whoever builds on it must find out why a field is null.",
        limit="It is never told to the account that asked, or to another of the same person. A record that did not "
        "exist for that account is in no trace, so a trace tells nobody that there is one; one with which the reader "
        "is in conflict is not told. A reference leads to no child, and no value of a record "
        "is kept. The id tells nothing: each operation that asks for a trace gets one, whatever it touched.",
        facts=("shield", "standing", "former_names_sealed"),
        rules=("shielded-sibling",),
    ),
)
"""All of them, in order. What a viewer can tell that is neither in sight nor here is a fault of the gateway."""
