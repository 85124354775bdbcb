import type { Actor } from "@plinth/model";

/** What a client presented to say who it is. Never logged. */
export interface Credentials {
  /** The `Authorization` header or its equivalent, null where there is none. */
  readonly authorization: string | null;
}

/** Finds out who asks. */
export interface Identity {
  /**
   * The actor behind the credentials; the anonymous one where none are presented and the service lets nobody in
   * particular in. Promised where it takes something to find out.
   * @throws PlinthError `unauthenticated` where credentials are presented and do not hold.
   */
  authenticate(credentials: Credentials): Actor | Promise<Actor>;
  /** The challenge of a 401, as in `WWW-Authenticate` (RFC 9110, section 11.6.1). */
  readonly challenge: string;
}
