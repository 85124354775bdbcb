/** Who asks: decided by the identity adapter, seen by policies and by `decide`. */
export interface Actor {
  /** Stable id of the subject, `anonymous` where nobody signed in. */
  readonly id: string;
  /** The tenant that every read and write of this actor is confined to. */
  readonly tenant: string;
  /** Whether the actor was granted a scope, such as `accounts:write`. */
  has(scope: string): boolean;
}

/** The tenant of a service that knows no tenants. */
export const DEFAULT_TENANT = "main";

/** An actor with the given scopes. */
export function actor(id: string, scopes: Iterable<string> = [], tenant: string = DEFAULT_TENANT): Actor {
  const granted = new Set(scopes);
  return { id, tenant, has: (scope) => granted.has(scope) };
}

/** Nobody signed in: no scopes. */
export const anonymous: Actor = actor("anonymous");

/** The platform itself, as the sender of a reactor's commands. Policies let it pass. */
export function platform(name: string, tenant: string): Actor {
  return { id: `plinth:${name}`, tenant, has: () => true };
}
