/** Groups of an IPv6 address that name a network: 64 bits, the smallest that a subscriber is given (RFC 6177). */
const NETWORK_GROUPS = 4;

const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/**
 * What one subscriber has of an address: all of an IPv4 one, the first 64 bits of an IPv6 one. The rest of the latter
 * anyone may choose anew for each request (RFC 8981).
 */
export function network(address: string): string {
  const mapped = MAPPED.exec(address);
  if (mapped) return mapped[1]!;
  if (!address.includes(":")) return address;
  const [before = "", after] = address.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after ? after.split(":") : [];
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  const groups = [...head, ...Array<string>(zeros).fill("0"), ...tail];
  return `${groups.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}
