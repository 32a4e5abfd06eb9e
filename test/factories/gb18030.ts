/**
 * Encoder for GB18030, the character set Chinese sites declare most often. The platform only decodes it,
 * so the table is made once by decoding every two-byte sequence.
 */
let table: Map<string, number> | undefined;

function twoByteTable(): Map<string, number> {
  const decoder = new TextDecoder('gb18030', { fatal: true });
  const made = new Map<string, number>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue;
      const bytes = Uint8Array.of(lead, trail);
      const character = decoder.decode(bytes);
      if (!made.has(character)) made.set(character, (lead << 8) | trail);
    }
  }
  return made;
}

/**
 * Encodes text as GB18030 (one and two-byte forms: ASCII and every character of GBK).
 * @throws RangeError for a character outside GBK
 */
export function encodeGb18030(text: string): Uint8Array {
  table ??= twoByteTable();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) {
      bytes.push(code);
      continue;
    }
    const pair = table.get(character);
    if (pair === undefined)
      throw new RangeError(`No two-byte GB18030 form of U+${code.toString(16).toUpperCase()}`);
    bytes.push(pair >>> 8, pair & 0xff);
  }
  return Uint8Array.from(bytes);
}
