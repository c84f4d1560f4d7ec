import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** 64:ff9b::/96, under which a network without IPv4 reaches the IPv4 address in the last four bytes (RFC 6052). */
const TRANSLATED = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/**
 * 2000::/3, all that is given out on the Internet (RFC 4291, 2.4). Outside of it is `::127.0.0.1` too, which a URL
 * writes as `::7f00:1`.
 */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');
const IPV4_FROM = 12;

/** A connection that was not made, because the address is not one of the public Internet's. */
export class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';

  constructor(address: string) {
    super(`${address} is a private address, where nothing is sent unless \`allow_private\` is true`);
  }
}

/**
 * Whether an address is one of the public Internet's: not loopback, private, link-local (where clouds keep their
 * credentials), or one of the other special ranges; an IPv4 address inside an IPv6 address is looked at as itself.
 * False where the text is no address.
 */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6 && parsed.match(TRANSLATED)) {
    return ipaddr.fromByteArray(parsed.toByteArray().slice(IPV4_FROM)).range() === 'unicast';
  }
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL)) return false;
  return parsed.range() === 'unicast';
}

/**
 * Whether the text of a host, as in a URL, shows that it is not public. A name does so only if it is of this machine.
 */
export function isPrivateHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? /(^|\.)localhost\.?$/i.test(bare) : !isPublic(bare);
}

/** @throws PrivateAddress where the host is an address that is not public: nobody looks those up */
export function refusePrivate(hostname: string): void {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && !isPublic(bare)) throw new PrivateAddress(bare);
}

/**
 * Looks a name up for a connection, and refuses it where one of its addresses is not public. What is checked is what is
 * connected to: nothing looks the name up again, so a name server cannot say one thing to the check and another to the
 * connection.
 */
export function publicLookup(resolve: LookupFunction = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      const refused = addresses.find((address) => !isPublic(address));
      if (refused === undefined) callback(null, found, family);
      else callback(new PrivateAddress(refused), '');
    });
  };
}
