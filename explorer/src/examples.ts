/** Questions to begin with: for each persona one at least that shows what this persona is about. */
import type { Session } from "./session.ts";

export interface Example {
  name: string;
  says: string;
  /** Who is asked for, on the left and on the right; the second may be nobody. */
  left: string;
  right: string;
  query: string;
  variables: Record<string, unknown>;
  purpose?: string;
  /** Whether the right side is the left one again, under an override. */
  override?: boolean;
}

const WITHHELD = "withheld { group notice broker { name phone email } }";

const RECORD = `query OneChild($number: String!) {
  child(directoryNumber: $number) {
    id
    givenNames
    familyName
    dateOfBirth
    shielded
    whereabouts {
      ... on CurrentAddress { address { lines town postcode } since }
      ... on LastKnownAddress { address { lines town postcode } until }
    }
    phone
    responsibleAuthority { name }
    contacts {
      id
      givenNames
      familyName
      relationship
      phone
      address { lines town postcode }
      ${WITHHELD}
    }
    education { organisation { name phone } }
    gpPractice { organisation { name phone } }
    involvements(first: 5) {
      edges { node { id service own organisation { name } practitioner { name phone } } }
    }
    agencies { name phone }
    leadProfessional { service organisation { name } }
    externalIdentifiers { scheme value }
    ${WITHHELD}
  }
}`;

const SHIELD = `query TheCase($number: String!) {
  child(directoryNumber: $number) {
    id
    givenNames
    familyName
    shielded
    shield { state reason evidence from reviewBy }
    formerNames { familyName until }
    sensitiveInvolvements { id service organisation { name } }
    ${WITHHELD}
  }
}`;

const CASELOAD = `query MyChildren {
  caseload(first: 5) {
    edges {
      node {
        id
        givenNames
        familyName
        shielded
        phone
        contacts { id givenNames phone withheld { group } }
        ${WITHHELD}
      }
    }
  }
}`;

const SEARCH = `query Find($search: ChildSearch!) {
  children(search: $search) {
    tooMany
    edges { node { childId directoryNumber givenNames familyName dateOfBirth shielded involved } }
  }
}`;

const JOURNAL = `query Journal {
  accessEvents(first: 5) {
    edges { node { at role viewerName organisation purpose reason record disclosed withheld override } }
  }
}`;

const APPLICATIONS = `query Applications {
  accessApplications(first: 5) {
    edges { node { id state legalBasis applicant expiresAt justification } }
  }
}`;

const TASKS = `query Work {
  tasks(first: 5) {
    edges { node { id kind since } }
  }
}`;

const MYSELF = `query Myself {
  viewer { name role purposes lapses organisation { name } recordsLeft }
}`;

/** Return the examples, with the numbers of this demo's records. */
export function examples({ records }: Session): Example[] {
  const [open, shielded] = [{ number: records.open ?? "" }, { number: records.shielded ?? "" }];
  const year = new Date().getFullYear();
  const search = {
    search: { familyName: "Abdi", bornBetween: { from: `${year - 5}-01-01`, to: `${year - 4}-12-31` } },
  };
  return [
    {
      name: "A shielded child: a teacher and the responsible team",
      says: "The teacher sees who the child is and whom to ring; the team that keeps the record sees where the child is.",
      left: "teacher",
      right: "team-leeds",
      query: RECORD,
      variables: shielded,
    },
    {
      name: "A shielded child, before and after an override",
      says: "A protection officer opens one record in an emergency: for 15 minutes, and looked into afterwards.",
      left: "protection",
      right: "protection",
      query: RECORD,
      variables: shielded,
      purpose: "CHILD_PROTECTION",
      override: true,
    },
    {
      name: "An open child: a teacher and the police",
      says: "Without a shield the teacher sees where the child is; the police see what an approved application covers.",
      left: "teacher",
      right: "police",
      query: RECORD,
      variables: open,
    },
    {
      name: "A shielded child: two directory teams",
      says: "Only the team that is responsible sees the record whole; the other sees who the child is.",
      left: "team-leeds",
      right: "team-manchester",
      query: RECORD,
      variables: shielded,
    },
    {
      name: "The case behind a shield: the team and a data manager",
      says: "Why a record is shielded is for the responsible team alone.",
      left: "team-leeds",
      right: "data-manager",
      query: SHIELD,
      variables: shielded,
    },
    {
      name: "Police with and without an approval",
      says: "For who has nothing approved there is no record.",
      left: "police",
      right: "police-new",
      query: RECORD,
      variables: shielded,
    },
    {
      name: "The caseload of a health visitor and of a lapsed teacher",
      says: "Some of her children are shielded; whose vetting has run out is refused.",
      left: "health-visitor",
      right: "lapsed",
      query: CASELOAD,
      variables: {},
    },
    {
      name: "A search: a health visitor and a data manager",
      says: "What may not be seen of a child finds no child.",
      left: "health-visitor",
      right: "data-manager",
      query: SEARCH,
      variables: search,
    },
    {
      name: "The journal: an auditor and a directory team",
      says: "The auditor reads every event by reference; a team those of its records.",
      left: "auditor",
      right: "team-leeds",
      query: JOURNAL,
      variables: {},
      purpose: "CASE_REVIEW",
    },
    {
      name: "Applications for access: who decides and who applies",
      says: "Two child-welfare approvers decide; who applies sees the own application.",
      left: "protection",
      right: "police-new",
      query: APPLICATIONS,
      variables: {},
      purpose: "CASE_REVIEW",
    },
    {
      name: "The work that waits: a team and a data manager",
      says: "Holds, reviews and uncertain matches.",
      left: "team-leeds",
      right: "data-manager",
      query: TASKS,
      variables: {},
    },
    {
      name: "Who am I: a feed and a teacher",
      says: "A client that feeds the directory reads nothing back but its own account.",
      left: "feed-leeds",
      right: "teacher",
      query: MYSELF,
      variables: {},
    },
  ];
}
