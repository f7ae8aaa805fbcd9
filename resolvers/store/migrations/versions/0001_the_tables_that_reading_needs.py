"""The tables that reading needs, and the journal, which PostgreSQL partitions by day."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "PRACTITIONER",
                "PROTECTION_OFFICER",
                "POLICE_APPLICANT",
                "DIRECTORY_TEAM",
                "DATA_MANAGER",
                "AUDITOR",
                "FEED_CLIENT",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "COORDINATE_CARE",
                "CHILD_PROTECTION",
                "IMMEDIATE_RISK",
                "MISSING_EDUCATION",
                "DATA_QUALITY",
                "SUBJECT_ACCESS",
                "POLICE_APPLICATION",
                "COURT_ORDER",
                "CASE_REVIEW",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("operation_name", sa.Text(), nullable=True),
        sa.Column("document_hash", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("searches", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_access_event")),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index(op.f("ix_access_event_account_id_at"), "access_event", ["account_id", "at"], unique=False)
    op.create_table(
        "access_subject",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "OPENED",
                "SUMMARY",
                "SOUGHT",
                name="accesskind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("sought", sa.Text(), nullable=True),
        sa.Column("disclosed", sa.JSON(), nullable=False),
        sa.Column("withheld", sa.JSON(), nullable=False),
        sa.Column("standing", sa.JSON(), nullable=False),
        sa.Column("override", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", "at", name=op.f("pk_access_subject")),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index(op.f("ix_access_subject_child_id_at"), "access_subject", ["child_id", "at"], unique=False)
    op.create_index(op.f("ix_access_subject_event_id"), "access_subject", ["event_id"], unique=False)
    op.create_table(
        "child",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("directory_number", sa.String(), nullable=False),
        sa.Column("given_names", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("family_name_folded", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("given_names_folded", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column(
            "gender",
            sa.Enum(
                "FEMALE",
                "MALE",
                "NOT_SPECIFIED",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column(
            "ended_why",
            sa.Enum("LEFT", "DECEASED", name="ended", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("concealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
        sa.UniqueConstraint("directory_number", name=op.f("uq_child_directory_number")),
    )
    op.create_index(
        op.f("ix_child_family_name_folded_date_of_birth"),
        "child",
        ["family_name_folded", "date_of_birth"],
        unique=False,
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SCHOOL",
                "GP_PRACTICE",
                "HOSPITAL",
                "LOCAL_AUTHORITY",
                "POLICE_FORCE",
                "CHARITY",
                "PROBATION",
                "OTHER",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("sensitive_provider", sa.Boolean(), nullable=False),
        sa.Column("accredited", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_organisation_authority_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("given_names", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "child_authority",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_child_authority_authority_id_organisation")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_child_authority_child_id_child")),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_child_authority")),
    )
    op.create_table(
        "child_reach",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "CURRENT",
                "LAST_KNOWN",
                "NONE_KNOWN",
                "LEFT_ENGLAND",
                name="reachkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("may_return", sa.Boolean(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address_lines", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("uprn", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_child_reach_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child_reach")),
    )
    op.create_index(
        "uq_child_reach_current",
        "child_reach",
        ["child_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at IS NULL"),
        sqlite_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "relationship",
            sa.Enum(
                "MOTHER",
                "FATHER",
                "GUARDIAN",
                "FOSTER_CARER",
                "GRANDPARENT",
                "OTHER_CARER",
                name="relationship",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parental_responsibility", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_contact_child_id_child")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_child_id"), "contact", ["child_id"], unique=False)
    op.create_index(op.f("ix_contact_person_id"), "contact", ["person_id"], unique=False)
    op.create_table(
        "external_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_external_identifier_child_id_child")),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["organisation.id"], name=op.f("fk_external_identifier_issuer_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identifier")),
    )
    op.create_index(op.f("ix_external_identifier_child_id"), "external_identifier", ["child_id"], unique=False)
    op.create_table(
        "former_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("given_names", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_former_name_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
    )
    op.create_index(op.f("ix_former_name_child_id"), "former_name", ["child_id"], unique=False)
    op.create_table(
        "organisation_place",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address_lines", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("uprn", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_place_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_place")),
    )
    op.create_table(
        "person_reach",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address_lines", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("uprn", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_reach_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_reach")),
    )
    op.create_table(
        "placement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_placement_child_id_child")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_placement_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(op.f("ix_placement_child_id"), "placement", ["child_id"], unique=False)
    op.create_table(
        "practitioner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_practitioner_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner")),
    )
    op.create_index(op.f("ix_practitioner_organisation_id"), "practitioner", ["organisation_id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_registration_child_id_child")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_registration_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
    )
    op.create_index(op.f("ix_registration_child_id"), "registration", ["child_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "PRACTITIONER",
                "PROTECTION_OFFICER",
                "POLICE_APPLICANT",
                "DIRECTORY_TEAM",
                "DATA_MANAGER",
                "AUDITOR",
                "FEED_CLIENT",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("vetted_until", sa.Date(), nullable=True),
        sa.Column("trained_until", sa.Date(), nullable=True),
        sa.Column("agreement_version", sa.Text(), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_account_practitioner_id_practitioner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("subject", name=op.f("uq_account_subject")),
    )
    op.create_table(
        "involvement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "service",
            sa.Enum(
                "EDUCATION",
                "PRIMARY_CARE",
                "HEALTH_VISITING",
                "SOCIAL_CARE",
                "EDUCATION_WELFARE",
                "YOUTH_SERVICE",
                "VOLUNTARY",
                "POLICE",
                "PROBATION",
                "SEXUAL_HEALTH",
                "MENTAL_HEALTH",
                "SUBSTANCE_MISUSE",
                "YOUTH_OFFENDING",
                name="servicekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("assessment", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "sensitive OR service NOT IN ('SEXUAL_HEALTH', 'MENTAL_HEALTH', 'SUBSTANCE_MISUSE', 'YOUTH_OFFENDING', 'PROBATION')",
            name=op.f("ck_involvement_sensitive_by_kind"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_involvement_child_id_child")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_involvement_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_involvement_practitioner_id_practitioner")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvement")),
    )
    op.create_index(op.f("ix_involvement_child_id"), "involvement", ["child_id"], unique=False)
    op.create_index(
        op.f("ix_involvement_practitioner_id_ended_on"),
        "involvement",
        ["practitioner_id", "ended_on"],
        unique=False,
    )
    op.create_table(
        "account_conflict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "DECLARED",
                "MATCHED",
                "FOUND",
                name="conflictsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_conflict_account_id_account")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_account_conflict_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_conflict")),
    )
    op.create_index(
        op.f("ix_account_conflict_account_id_child_id"),
        "account_conflict",
        ["account_id", "child_id"],
        unique=False,
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "legal_basis",
            sa.Enum(
                "COURT_ORDER",
                "PREVENT_OR_DETECT_CRIME",
                "PROSECUTE_OFFENCE_AGAINST_CHILD",
                "SECTION_47_ENQUIRY",
                "SAFEGUARDING_REVIEW",
                name="legalbasis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("requested", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "PARTLY_APPROVED",
                "APPROVED",
                "REFUSED",
                "EXPIRED",
                "WITHDRAWN",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["account.id"], name=op.f("fk_application_applicant_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(op.f("ix_application_applicant_id"), "application", ["applicant_id"], unique=False)
    op.create_table(
        "override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "CHILD_AT_IMMEDIATE_RISK",
                "CHILD_MISSING",
                "LEGAL_DUTY",
                name="overrideground",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_override_account_id_account")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_override_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index(op.f("ix_override_account_id_child_id"), "override", ["account_id", "child_id"], unique=False)
    op.create_table(
        "shield",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "REQUESTED",
                "HOLD",
                "ACTIVE",
                "LIFT_PROPOSED",
                "REFUSED",
                "LIFTED",
                name="shieldstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "DOMESTIC_VIOLENCE",
                "WITNESS_PROTECTION",
                "ADOPTION",
                "KIDNAP_RISK",
                "FOSTER_PLACEMENT",
                "OTHER",
                name="shieldreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("lift_proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("raised_by_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_shield_child_id_child")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_shield_decided_by_id_account")),
        sa.ForeignKeyConstraint(
            ["lift_proposed_by_id"], ["account.id"], name=op.f("fk_shield_lift_proposed_by_id_account")
        ),
        sa.ForeignKeyConstraint(["raised_by_id"], ["shield.id"], name=op.f("fk_shield_raised_by_id_shield")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["account.id"], name=op.f("fk_shield_requested_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shield")),
    )
    op.create_index(op.f("ix_shield_child_id"), "shield", ["child_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "HOUSEHOLD_SHIELD",
                "SHIELD_REVIEW",
                "UNCERTAIN_MATCH",
                "BROKER_REQUEST",
                "OVERRIDE_INVESTIGATION",
                name="taskkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("other_child_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name=op.f("fk_task_assignee_id_account")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_task_child_id_child")),
        sa.ForeignKeyConstraint(["other_child_id"], ["child.id"], name=op.f("fk_task_other_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_assignee_id"), "task", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_task_child_id"), "task", ["child_id"], unique=False)
    op.create_table(
        "application_child",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_child_application_id_application"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_application_child_child_id_child")),
        sa.PrimaryKeyConstraint("application_id", "child_id", name=op.f("pk_application_child")),
    )
    op.create_table(
        "application_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("approve", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_application_decision_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_decision_application_id_application"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_decision")),
    )
    op.create_index(
        op.f("ix_application_decision_application_id"),
        "application_decision",
        ["application_id"],
        unique=False,
    )
    if op.get_context().dialect.name == "postgresql":
        for table in ("access_event", "access_subject"):
            op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")


def downgrade() -> None:
    op.drop_index(op.f("ix_application_decision_application_id"), table_name="application_decision")
    op.drop_table("application_decision")
    op.drop_table("application_child")
    op.drop_index(op.f("ix_task_child_id"), table_name="task")
    op.drop_index(op.f("ix_task_assignee_id"), table_name="task")
    op.drop_table("task")
    op.drop_index(op.f("ix_shield_child_id"), table_name="shield")
    op.drop_table("shield")
    op.drop_index(op.f("ix_override_account_id_child_id"), table_name="override")
    op.drop_table("override")
    op.drop_index(op.f("ix_application_applicant_id"), table_name="application")
    op.drop_table("application")
    op.drop_index(op.f("ix_account_conflict_account_id_child_id"), table_name="account_conflict")
    op.drop_table("account_conflict")
    op.drop_index(op.f("ix_involvement_practitioner_id_ended_on"), table_name="involvement")
    op.drop_index(op.f("ix_involvement_child_id"), table_name="involvement")
    op.drop_table("involvement")
    op.drop_table("account")
    op.drop_index(op.f("ix_registration_child_id"), table_name="registration")
    op.drop_table("registration")
    op.drop_index(op.f("ix_practitioner_organisation_id"), table_name="practitioner")
    op.drop_table("practitioner")
    op.drop_index(op.f("ix_placement_child_id"), table_name="placement")
    op.drop_table("placement")
    op.drop_table("person_reach")
    op.drop_table("organisation_place")
    op.drop_index(op.f("ix_former_name_child_id"), table_name="former_name")
    op.drop_table("former_name")
    op.drop_index(op.f("ix_external_identifier_child_id"), table_name="external_identifier")
    op.drop_table("external_identifier")
    op.drop_index(op.f("ix_contact_person_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_child_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(
        "uq_child_reach_current",
        table_name="child_reach",
        postgresql_where=sa.text("replaced_at IS NULL"),
        sqlite_where=sa.text("replaced_at IS NULL"),
    )
    op.drop_table("child_reach")
    op.drop_table("child_authority")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_child_family_name_folded_date_of_birth"), table_name="child")
    op.drop_table("child")
    op.drop_index(op.f("ix_access_subject_event_id"), table_name="access_subject")
    op.drop_index(op.f("ix_access_subject_child_id_at"), table_name="access_subject")
    op.drop_table("access_subject")
    op.drop_index(op.f("ix_access_event_account_id_at"), table_name="access_event")
    op.drop_table("access_event")
