import { BlockList, isIPv4, isIPv6 } from 'node:net';

const PREFIX = /^([0-9A-Fa-f:.]{2,45})\/(\d{1,3})$/;

/** Whether text is a network as RFC 4632 and RFC 4291 §2.3 write it (`10.1.0.0/16`, `2001:db8::/32`), or one address. */
export function isNetwork(text: string): boolean {
  const [, address = text, bits] = PREFIX.exec(text) ?? [];
  if (isIPv4(address)) return bits === undefined || Number(bits) <= 32;
  return isIPv6(address) && !address.includes('%') && (bits === undefined || Number(bits) <= 128);
}

/** Networks by family: one list of both would find every IPv4 address in `::/0`. */
interface Networks {
  ipv4: BlockList;
  ipv6: BlockList;
}

/** Networks that were read lately: keys are looked up hundreds of times a second. */
const lists = new Map<string, Networks>();
const MOST_LISTS = 1000;

function listsOf(networks: readonly string[]): Networks {
  const name = networks.join(' ');
  const known = lists.get(name);
  if (known !== undefined) return known;
  const read: Networks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of networks) {
    const [, address = network, bits] = PREFIX.exec(network) ?? [];
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    const whole = family === 'ipv4' ? 32 : 128;
    read[family].addSubnet(address, bits === undefined ? whole : Number(bits), family);
  }
  if (lists.size >= MOST_LISTS) lists.clear();
  lists.set(name, read);
  return read;
}

/** Whether an address is in one of the networks. IPv4 that came by an IPv6 socket counts as IPv4. */
export function inNetworks(address: string, networks: readonly string[]): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  if (isIPv4(plain)) return listsOf(networks).ipv4.check(plain, 'ipv4');
  return isIPv6(plain) && listsOf(networks).ipv6.check(plain.split('%')[0] ?? '', 'ipv6');
}
