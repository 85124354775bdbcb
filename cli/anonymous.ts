import { anonymous } from "@plinth/model";
import { type Identity, PlinthError } from "@plinth/ports";

/**
 * The identity of a service that is given none: everyone is anonymous, and so may do only what is public. Whoever
 * presents credentials is told that nobody checks them, rather than being let in or left out in silence.
 */
export const anonymousIdentity: Identity = {
  challenge: "Bearer",
  authenticate: ({ authorization }) => {
    if (authorization === null) return anonymous;
    throw new PlinthError(
      "unauthenticated",
      "This service has nothing to check credentials with: send none.",
    );
  },
};
