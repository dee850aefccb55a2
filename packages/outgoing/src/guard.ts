import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { AppError } from '@pelton/sdk';
import ipaddr from 'ipaddr.js';

/** Ranges of the own network, which an admin may allow; all others but public ones are never asked. */
const OWN = new Set(['loopback', 'private', 'uniqueLocal']);

/** @throws ADDRESS_NOT_ALLOWED unless the address is public, or of the own network and that is allowed */
export function checkAddress(address: string, host: string, allowPrivate: boolean): void {
  const range = ipaddr.process(address.replace(/^\[|\]$/g, '')).range();
  if (range === 'unicast' || (allowPrivate && OWN.has(range))) return;
  throw new AppError('ADDRESS_NOT_ALLOWED', { host, range: range === 'linkLocal' ? 'link-local' : range });
}

/** Checks a host that is an address as it is written; names are checked when they are looked up. */
export function checkLiteral(hostname: string, allowPrivate: boolean): void {
  const plain = hostname.replace(/^\[|\]$/g, '');
  if (ipaddr.isValid(plain)) checkAddress(plain, hostname, allowPrivate);
}

/** Looks a name up for a connection that is made to the very addresses that were checked. */
export function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      try {
        for (const { address } of addresses) checkAddress(address, hostname, allowPrivate);
      } catch (refused) {
        return callback(refused as NodeJS.ErrnoException, '', 0); // an AppError, which has a code
      }
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}
