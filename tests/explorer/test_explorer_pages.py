"""The explorer in Chromium. In each: no request leaves the origin, no violation of the policy, no error on the console."""

import asyncio

from tests.explorer.conftest import Browse


def test_the_first_page_shows_the_difference_before_anything_is_done(browse: Browse) -> None:
    """Whoever opens the address sees, on the first screen, what a teacher is not shown and the team is, and the notices."""
    browse("first_page")


def test_why_opens_the_sentence_that_decided(browse: Browse) -> None:
    """Below a line stand verdict, standing and rule for either side; the same button closes it again."""
    browse("why")


def test_every_example_is_answered_for_every_persona(browse: Browse) -> None:
    """The examples reach all eleven personas, none is refused but for its account, none has a barrier."""
    browse("examples")


def test_an_override_is_shown_before_and_after(browse: Browse) -> None:
    """A protection officer's record is withheld, then open by the override's own rule, then withheld when it is closed."""
    browse("override")


def test_a_question_of_ones_own_is_asked_of_both(browse: Browse) -> None:
    """Query, variables and reason can be changed; what cannot be read or is refused is said in a sentence."""
    browse("own_question")


def test_one_persona_can_be_looked_at_alone(browse: Browse) -> None:
    """With nobody beside there is one column, and a refusal is told as one."""
    browse("alone")


def test_the_query_page_has_what_graphiql_has(browse: Browse) -> None:
    """Documentation, history, completion and colours work under the policy; the question can be taken to the first page."""
    browse("query")


def test_the_query_page_asks_as_whoever_is_chosen(browse: Browse) -> None:
    """The same document is answered as each persona may know; purposes are those that the account holds."""
    browse("query_personas")


def test_the_policy_is_filtered_and_each_cell_leads_to_its_sentence(browse: Browse) -> None:
    """By role, shield and standing; a cell's link names the rule, shows it and moves the focus to it."""
    browse("policy")


def test_the_trail_is_paged_and_exported(browse: Browse) -> None:
    """A team is not told who looked at a shielded record, an auditor is; pages go on and back, and rows are saved."""
    browse("trail")


def test_a_trace_is_looked_up_by_its_id(browse: Browse) -> None:
    """An auditor reads the verdicts of an answer; the account that asked is told that there is no such trace."""
    browse("trace")


def test_everything_can_be_done_by_keyboard(browse: Browse) -> None:
    """Skip link, lists, buttons and pages work without a mouse, and where the focus is can be seen."""
    browse("keyboard")


def test_no_page_has_a_barrier(browse: Browse) -> None:
    """Axe finds nothing against WCAG 2.2 AA on any page, the insides of the editor apart."""
    browse("barriers")


def test_the_dark_pages_have_none_either(browse: Browse) -> None:
    """Pages follow the system into the dark with enough contrast; a choice of one's own is kept."""
    browse("dark")


def test_small_screens_show_everything(browse: Browse) -> None:
    """At 390 pixels no page is wider than the screen, and none has a barrier."""
    browse("small")


async def test_in_production_a_token_is_brought_and_kept_nowhere(production: Browse) -> None:
    """There are no personas: a token stays in memory, its viewer is told no why, an auditor is, and markup is text."""
    await asyncio.to_thread(production, "token")
