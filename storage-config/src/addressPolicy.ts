import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { HutongConfig } from './config/config.ts';

/** Which addresses this server may send to by itself: webhooks, and applications that are told of sign-outs. */
export type AllowedAddresses = HutongConfig['webhookAddresses'];

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/**
 * This machine, its link, what is no destination, and the services by which clouds tell a machine its secrets
 * (169.254.169.254 lies in the link's range). Ways to write an IPv4 address as IPv6 that the network would translate
 * are out as well.
 */
const NEVER_USUAL = blockList([
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '100.100.100.200',
  '168.63.129.16',
  '::',
  '::1',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  '2001::/32',
]);

/** Networks of hospitals, among others. */
const PRIVATE = blockList([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.18.0.0/15',
  'fc00::/7',
  'fec0::/10',
]);

/** Whether a webhook may be delivered to an IP address. */
export function isAllowedAddress(address: string, allowed: AllowedAddresses): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  if (allowed === 'any') return true;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return !NEVER_USUAL.check(address, family) && (allowed === 'private' || !PRIVATE.check(address, family));
}

/** The URL's host is, or resolves to, an address that the configuration does not allow. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/** @throws AddressRefused when the host is written as an address that is not allowed; names are judged when resolved */
export function checkLiteralAddress(url: URL, allowed: AllowedAddresses): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isAllowedAddress(host, allowed))
    throw new AddressRefused('the address is not allowed by HUTONG_WEBHOOK_ADDRESSES');
}

/**
 * Resolves names for a connection: every address of the name must be allowed, and it is these that are connected to, so
 * that a name cannot point elsewhere between check and connection.
 */
export function checkedLookup(allowed: AllowedAddresses): LookupFunction {
  return (hostname: string, options: LookupOptions, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = (addresses as LookupAddress[] | [] | undefined) ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error('the name has no address'), '', 0);
      } else if (!addresses.every(({ address }) => isAllowedAddress(address, allowed))) {
        callback(
          new AddressRefused('the name leads to an address that HUTONG_WEBHOOK_ADDRESSES does not allow'),
          '',
          0,
        );
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
