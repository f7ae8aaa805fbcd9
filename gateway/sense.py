"""Settings that contradict each other: told in sentences before anything is started on them."""

from pathlib import Path

from gateway.replicas import replica_fault
from gateway.settings import Settings


def contradictions(settings: Settings) -> list[str]:
    """Return a sentence for each two settings that cannot both be meant, with what to do."""
    found = []
    if settings.secret and settings.secret_file:
        found.append("`GATEWAY_SECRET` and `GATEWAY_SECRET_FILE` are both set: set one")
    files = (settings.secret_file, settings.audit_key_file)
    if None not in files and files[0] == files[1]:
        found.append("`GATEWAY_SECRET_FILE` and `GATEWAY_AUDIT_KEY_FILE` are one file: give each key a file of its own")
    keys = [Path(issuer.jwks) for issuer in settings.issuers]
    if any(file in keys for file in files if file is not None):
        found.append("a file of an issuer's public keys is one of the gateway's own secrets: give each its own file")
    if settings.workers > 1 and settings.database.startswith("sqlite"):
        found.append(
            "more than one worker needs PostgreSQL: name one with `--database`, or leave out `--workers` "
            "(`GATEWAY_WORKERS`)"
        )
    if (fault := replica_fault(settings)) is not None:
        found.append(fault)
    budgets, enough = list(settings.budgets.values()), settings.alert_records
    if enough is not None and "alert_records" in settings.model_fields_set and None not in budgets:
        most = max(budget for budget in budgets if budget is not None)
        if enough > most:
            found.append(
                f"`GATEWAY_ALERT_RECORDS` ({enough}) is never reached, since no role may ask for more than {most} "
                "records in an hour: lower it, or say `null` for no alert"
            )
    return found
