/** An address without its last part: enough to know one's own network, too little to name another's device. */
export function maskedAddress(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return plain.includes(':') ? `${plain.split(':').slice(0, 3).join(':')}:…` : plain.replace(/\.\d+$/, '.*');
}
