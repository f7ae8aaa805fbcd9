"""Names written in several ways that no code of sound hears as one: common knowledge, and kept small."""

from collections.abc import Mapping

_ONE_NAME = """
aisha ayesha aysha aishah
brian bryan
doherty docherty dougherty
graham graeme grahame
ibrahim ebrahim
jasmine yasmin yasmine jasmin yasmeen
kowalski kovalski
lewis louis
mariam maryam mariyam maryum
michaela mikayla mikaela
niamh neve nieve
nowak novak
olivia oliwia
omar umar omer umer
osman usman uthman
owen eoin eoghan
rhys reece rees
shepherd sheppard shepard
siobhan shivaun shevaun
stewart stuart
thompson thomson
victoria wiktoria
"""
"""One name a line; the first of its spellings stands for all."""

STANDS_FOR: Mapping[str, str] = {
    other: first for first, *others in map(str.split, _ONE_NAME.strip().splitlines()) for other in others
}
"""By a spelling, the one that it is heard as."""
