/** Which pages of other origins may use the API from a browser. Off where it is not given. */
export interface CorsOptions {
  /** Origins such as `https://app.example.com`, or `*` for every one. */
  readonly origins: readonly string[] | "*";
  /** Whether such pages may send the user's credentials; not with `*`. False by default. */
  readonly credentials?: boolean;
  /** How long a browser keeps the answer to a preflight, in seconds; 600 by default. */
  readonly maxAgeSeconds?: number;
}

/** Cross-origin rules, checked and complete. */
export interface Cors {
  readonly origins: ReadonlySet<string> | "*";
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
}

/**
 * The cross-origin rules of the options.
 * @throws RangeError where an origin is none, or credentials are to go to every origin.
 */
export function cors(options: CorsOptions): Cors {
  const { origins, credentials = false, maxAgeSeconds = 600 } = options;
  if (origins === "*" && credentials)
    throw new RangeError("rest: cors.credentials cannot go with every origin: name the origins.");
  for (const origin of origins === "*" ? [] : origins)
    if (URL.parse(origin)?.origin !== origin)
      throw new RangeError(`rest: "${origin}" in cors.origins is no origin such as https://app.example.com.`);
  return { origins: origins === "*" ? "*" : new Set(origins), credentials, maxAgeSeconds };
}

/** What `Access-Control-Allow-Origin` says to an origin, or null where it may not read the answer. */
export function permitted(rules: Cors, origin: string | undefined): string | null {
  if (origin === undefined) return null;
  if (rules.origins === "*") return "*";
  return rules.origins.has(origin) ? origin : null;
}
