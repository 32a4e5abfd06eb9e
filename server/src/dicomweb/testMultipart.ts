/** Takes a multipart/related body apart, for tests. */
export function parseMultipart(
  contentType: string,
  body: Buffer,
): { headers: Record<string, string>; body: Buffer }[] {
  const boundary = /boundary=([^;]+)/.exec(contentType)?.[1] ?? '';
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: { headers: Record<string, string>; body: Buffer }[] = [];
  let start = whole.indexOf(delimiter);
  for (;;) {
    const next = whole.indexOf(delimiter, start + delimiter.length);
    if (next < 0) break;
    const part = whole.subarray(start + delimiter.length + 2, next);
    const blank = part.indexOf('\r\n\r\n');
    const lines = part.subarray(0, blank).toString().split('\r\n');
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    parts.push({ headers: Object.fromEntries(headers), body: part.subarray(blank + 4) });
    start = next;
  }
  return parts;
}
