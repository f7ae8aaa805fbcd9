import { ask, type Session } from "./ask";
import { graphql } from "./gql";
import type { CarerFragment } from "./gql/graphql";
import { noticeFor } from "./withheld";

const Card = graphql(`
  query Card($number: String!) {
    child(directoryNumber: $number) {
      __typename
      givenNames
      familyName
      shielded
      telephone: phone
      contacts {
        ...Carer
      }
      involvements(first: 10) {
        edges {
          node {
            service
            own
            organisation {
              name
            }
          }
        }
      }
      ...Notices
    }
  }

  fragment Notices on Child {
    withheld {
      ...Notice
    }
  }

  fragment Carer on Contact {
    __typename
    givenNames
    familyName
    phone
    withheld {
      ...Notice
    }
  }

  fragment Notice on Withheld {
    group
    notice
    broker {
      name
      phone
      email
    }
  }
`);

/** What a screen shows of one record, line by line; null where there is no such record for this viewer. */
export async function card(session: Session, number: string): Promise<string[] | null> {
  const { child } = await ask(session, Card, { number });
  if (!child) return null;
  const lines = [`${child.givenNames} ${child.familyName}${child.shielded ? " (shielded)" : ""}`];
  lines.push(`telephone: ${shown(child.telephone, noticeFor(child, "phone"))}`);
  for (const contact of child.contacts ?? []) lines.push(carer(contact));
  for (const edge of child.involvements?.edges ?? []) {
    lines.push(`${edge.node.service.toLowerCase()}: ${edge.node.organisation.name}${edge.node.own ? " (own)" : ""}`);
  }
  // rows and notice stand together: some rows may be seen while their group is withheld
  const services = noticeFor(child, "involvements");
  if (services) lines.push(services.notice);
  return lines;
}

function carer(contact: CarerFragment): string {
  const phone = shown(contact.phone, noticeFor(contact, "phone"));
  return `${contact.givenNames} ${contact.familyName}: ${phone}`;
}

/** A value, the notice that stands in its place with the desk to ring, or that there is none. */
function shown(value: string | null, withheld: ReturnType<typeof noticeFor>): string {
  if (value !== null) return value;
  return withheld ? `${withheld.notice} Ring ${withheld.broker.name}, ${withheld.broker.phone}.` : "none";
}
