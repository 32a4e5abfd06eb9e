/** A Content-Type header, taken apart (RFC 9110 §8.3.1). Type and parameter names are lower case. */
export interface MediaType {
  type: string;
  parameters: ReadonlyMap<string, string>;
}

const TYPE = /^\s*([!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+)\s*(?=;|$)/;
// A value may be quoted. Bare ones may hold a slash, as in type=application/dicom, which many clients send.
const PARAMETER = /\s*;\s*(?:([!#$%&'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+)))?\s*/y;

/** Parses a media type; null when it is not one. The first of repeated parameters counts. */
export function parseMediaType(header: string | undefined): MediaType | null {
  const text = (header ?? '').slice(0, 1000);
  const head = TYPE.exec(text);
  if (head === null) return null;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = head[0].length;
  while (PARAMETER.lastIndex < text.length) {
    const match = PARAMETER.exec(text);
    if (match === null) return null;
    const [, name, quoted, bare = ''] = match;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    if (!parameters.has(key))
      parameters.set(key, quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'));
  }
  return { type: (head[1] ?? '').toLowerCase(), parameters };
}

/**
 * RFC 2046 §5.1.1: 1 to 70 characters of a set. Any printable ASCII is taken, for some clients use more of it;
 * a boundary never ends with a space.
 */
export function isBoundary(boundary: string): boolean {
  return /^[\x20-\x7e]{0,69}[\x21-\x7e]$/.test(boundary);
}
