/** One part of a multipart/related body. */
export interface Part {
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** A media type with its parameters, names in lower case, quotes taken off. */
export interface MediaType {
  type: string;
  parameters: Record<string, string>;
}

/** Reads `type/subtype; name=value; name="value"` (RFC 9110 §8.3.1). @throws Error when it is malformed */
export function parseMediaType(text: string): MediaType {
  const match = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*(.*)$/s.exec(text);
  if (match === null) throw new Error(`no media type: ${text}`);
  const parameters: Record<string, string> = {};
  let rest = match[2] ?? '';
  while (rest !== '') {
    const parameter = /^;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))\s*(.*)$/s.exec(
      rest,
    );
    if (parameter === null) throw new Error(`malformed parameter of a media type: ${text}`);
    parameters[parameter[1]!.toLowerCase()] = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3] ?? '';
    rest = parameter[4] ?? '';
  }
  return { type: match[1]!.toLowerCase(), parameters };
}

/**
 * Takes a multipart/related body apart, strictly: a boundary is said, every part has its header block, the body ends
 * with the close delimiter.
 * @throws Error that says what is wrong
 */
export function parseMultipart(contentType: string, body: Buffer): Part[] {
  const { type, parameters } = parseMediaType(contentType);
  if (type !== 'multipart/related') throw new Error(`expected multipart/related, got ${contentType}`);
  const boundary = parameters['boundary'];
  if (boundary === undefined) throw new Error(`no boundary in ${contentType}`);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: Part[] = [];
  let at = whole.indexOf(delimiter);
  if (at < 0) throw new Error('the boundary does not occur in the body');
  for (;;) {
    const start = at + delimiter.length;
    if (whole.toString('latin1', start, start + 2) === '--') return parts;
    const next = whole.indexOf(delimiter, start);
    if (next < 0) throw new Error('the multipart body has no close delimiter');
    const lineEnd = whole.indexOf('\r\n', start);
    const blank = whole.indexOf('\r\n\r\n', start);
    if (blank < 0 || blank > next) throw new Error('a part has no end of its header');
    const headers: Record<string, string> = {};
    for (const line of whole
      .toString('utf8', lineEnd + 2, blank)
      .split('\r\n')
      .filter(Boolean)) {
      const colon = line.indexOf(':');
      if (colon < 1) throw new Error(`malformed header of a part: ${line}`);
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    parts.push({ headers, body: whole.subarray(blank + 4, next) });
    at = next;
  }
}

export interface PartToSend {
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Writes a multipart body. */
export function multipartBody(parts: readonly PartToSend[], boundary: string): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ headers, body }) => [
      Buffer.from(
        `--${boundary}\r\n${Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('')}\r\n`,
      ),
      body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}
