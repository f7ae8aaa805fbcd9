/** Relay: the next change of the caseload, over graphql-ws. */
import { Environment, Network, Observable, RecordSource, requestSubscription, Store } from "relay-runtime";
import Changed, { type documentsChangedSubscription } from "./relay/__generated__/documentsChangedSubscription.graphql";
import { tell } from "./gateway";
import { named, socket } from "./socket";

const network = Network.create(
  () => Promise.reject(new Error("nothing is asked here")),
  (request, variables) =>
    Observable.create((sink) => {
      const asked = { query: request.text!, variables, operationName: request.name };
      return socket.subscribe(named(`sha256:${request.id}`, asked), sink as never);
    }),
);

requestSubscription<documentsChangedSubscription>(new Environment({ network, store: new Store(new RecordSource()) }), {
  subscription: Changed,
  variables: {},
  onNext: (data) => {
    tell(data!.caseloadChanged);
    process.exit();
  },
  onError: (error) => {
    throw error;
  },
});
