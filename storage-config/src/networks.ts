import { BlockList, isIPv4, isIPv6 } from 'node:net';

const PREFIX = /^([0-9A-Fa-f:.]{2,45})\/(\d{1,3})$/;

/** Whether text is a network as RFC 4632 and RFC 4291 §2.3 write it (`10.1.0.0/16`, `2001:db8::/32`), or one address. */
export function isNetwork(text: string): boolean {
  const [, address = text, bits] = PREFIX.exec(text) ?? [];
  if (isIPv4(address)) return bits === undefined || Number(bits) <= 32;
  return isIPv6(address) && !address.includes('%') && (bits === undefined || Number(bits) <= 128);
}

/** Lists that were read lately: keys are looked up hundreds of times a second. */
const lists = new Map<string, BlockList>();
const MOST_LISTS = 1000;

function listOf(networks: readonly string[]): BlockList {
  const name = networks.join(' ');
  const known = lists.get(name);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const network of networks) {
    const [, address = network, bits] = PREFIX.exec(network) ?? [];
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  if (lists.size >= MOST_LISTS) lists.clear();
  lists.set(name, list);
  return list;
}

/** Whether an address is in one of the networks. IPv4 that came by an IPv6 socket counts as IPv4. */
export function inNetworks(address: string, networks: readonly string[]): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  if (isIPv4(plain)) return listOf(networks).check(plain, 'ipv4');
  return isIPv6(plain) && listOf(networks).check(plain.split('%')[0] ?? '', 'ipv6');
}
