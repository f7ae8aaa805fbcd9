"""The closed sets that case systems see, with a sentence for each word."""

from resolvers.store import words as facts
from schema.enums import told

told(
    facts.SensitiveBasis,
    "On what ground a sensitive involvement is on record.",
    {
        "CONSENT": "Consent, which can be withdrawn.",
        "RISK_OF_SIGNIFICANT_HARM": "A risk of significant harm.",
    },
)
told(
    facts.FeedOutcome,
    "What has become of an entry of a feed; it tells nothing of what the entry matches.",
    {
        "ACCEPTED": "It is well formed and kept, whatever it matches.",
        "QUEUED": "It is kept and waits longer than usual, for load only.",
        "REFUSED": "There is a fault in the entry itself.",
    },
)
