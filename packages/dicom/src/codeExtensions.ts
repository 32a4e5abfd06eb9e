/** A character set that an escape sequence invokes (PS3.3 Tables C.12-3, C.12-4). */
export type CodeElement =
  'jisx0201' | 'jisx0208' | 'jisx0212' | 'ksx1001' | 'gb2312' | 'ascii' | `single:${string}`;

interface Escape {
  /** Bytes after ESC. */
  bytes: string;
  set: CodeElement;
  /** G0 holds bytes below 0x80, G1 those above. */
  register: 0 | 1;
}

const escapes: Escape[] = [
  { bytes: '(B', set: 'ascii', register: 0 },
  { bytes: '(J', set: 'jisx0201', register: 0 },
  { bytes: ')I', set: 'jisx0201', register: 1 },
  { bytes: '$B', set: 'jisx0208', register: 0 },
  { bytes: '$@', set: 'jisx0208', register: 0 },
  { bytes: '$(B', set: 'jisx0208', register: 0 },
  { bytes: '$(D', set: 'jisx0212', register: 0 },
  { bytes: '$)C', set: 'ksx1001', register: 1 },
  { bytes: '$)A', set: 'gb2312', register: 1 },
  { bytes: '-A', set: 'single:windows-1252', register: 1 },
  { bytes: '-B', set: 'single:iso-8859-2', register: 1 },
  { bytes: '-C', set: 'single:iso-8859-3', register: 1 },
  { bytes: '-D', set: 'single:iso-8859-4', register: 1 },
  { bytes: '-F', set: 'single:iso-8859-7', register: 1 },
  { bytes: '-G', set: 'single:iso-8859-6', register: 1 },
  { bytes: '-H', set: 'single:iso-8859-8', register: 1 },
  { bytes: '-L', set: 'single:iso-8859-5', register: 1 },
  { bytes: '-M', set: 'single:windows-1254', register: 1 },
  { bytes: '-T', set: 'single:windows-874', register: 1 },
  { bytes: '-b', set: 'single:iso-8859-15', register: 1 },
];

/** Tab, line feed, form feed, carriage return and the delimiters `\`, `^`, `=` end an invocation (PS3.5 §6.1.2.5.3). */
const resets = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x3d, 0x5c, 0x5e]);

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

/**
 * Decodes text with ISO 2022 code extensions (PS3.5 §6.1.2.5).
 *
 * @param base Encoding label of the set that value 1 of SpecificCharacterSet names.
 * @param initial Set for bytes above 0x7F before any escape, for writers that leave the escape out.
 */
export function decodeWithEscapes(bytes: Uint8Array, base: string, initial?: CodeElement): string {
  const home: CodeElement = initial ?? `single:${base}`;
  let g0: CodeElement = 'ascii';
  let g1 = home;
  let text = '';
  let start = 0;
  const flush = (end: number): void => {
    if (end > start) text += decodeRun(bytes.subarray(start, end), g0, g1);
    start = end;
  };
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x1b) {
      flush(at);
      const escape = escapes.find((candidate) => startsWith(bytes, at + 1, candidate.bytes));
      at += 1 + (escape?.bytes.length ?? 0);
      start = at;
      if (escape?.register === 0) g0 = escape.set;
      if (escape?.register === 1) g1 = escape.set;
    } else if (isDoubleByte(g0) && byte > 0x20 && byte < 0x7f && at + 1 < bytes.length) {
      at += 2;
    } else if (resets.has(byte)) {
      flush(at);
      at++;
      g0 = 'ascii';
      // Where value 1 gives no set of its own to high bytes, an invoked one is kept: writers forget to repeat it.
      if (base !== 'windows-1252') g1 = home;
    } else {
      at++;
    }
  }
  flush(bytes.length);
  return text;
}

function isDoubleByte(set: CodeElement): boolean {
  return set === 'jisx0208' || set === 'jisx0212';
}

function decodeRun(run: Uint8Array, g0: CodeElement, g1: CodeElement): string {
  if (isDoubleByte(g0)) {
    const shifted: number[] = [];
    for (let at = 0; at < run.length; at += 2) {
      const [high = 0, low = 0] = [run[at], run[at + 1]];
      if (high <= 0x20 || high >= 0x7f || low === 0) {
        shifted.push(high & 0x7f);
        at--;
        continue;
      }
      if (g0 === 'jisx0212') shifted.push(0x8f);
      shifted.push(high | 0x80, low | 0x80);
    }
    return decoder('euc-jp').decode(Uint8Array.from(shifted));
  }
  return decoder(label(g1)).decode(run);
}

function label(set: CodeElement): string {
  if (set === 'ksx1001') return 'euc-kr';
  if (set === 'gb2312') return 'gb18030';
  if (set === 'jisx0201') return 'shift_jis';
  return set.startsWith('single:') ? set.slice('single:'.length) : 'windows-1252';
}

function decoder(name: string): InstanceType<typeof TextDecoder> {
  let known = decoders.get(name);
  if (known === undefined) {
    known = new TextDecoder(name);
    decoders.set(name, known);
  }
  return known;
}

function startsWith(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}
