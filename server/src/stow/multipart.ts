/** Something that the splitter found in a multipart body, in the order of the body. */
export type MultipartEvent =
  | { type: 'part'; headers: ReadonlyMap<string, string> }
  | { type: 'data'; bytes: Buffer }
  | { type: 'partEnd' }
  /** A part whose header block cannot be read. Its content is skipped; no `part` comes for it. */
  | { type: 'badPart'; reason: BadPart }
  /** The close delimiter; what follows is an epilogue and is ignored. */
  | { type: 'close' };

/** What is wrong with a part's header block. */
export interface BadPart {
  en: string;
  zh: string;
}

/** The body cannot be a multipart body with this boundary. */
export class MultipartError extends Error {
  override name = 'MultipartError';
}

/** Bytes that may stand before the first delimiter. */
const MAX_PREAMBLE = 64 * 1024;
/** Bytes of one part's header block. */
const MAX_HEADERS = 8 * 1024;
/** White space that may follow the boundary on its line (RFC 2046 §5.1.1, transport padding). */
const MAX_PADDING = 128;

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const COLON = 0x3a;

const BAD_PARTS = {
  unended: { en: 'no empty line ends its headers', zh: '其头部没有以空行结束' },
  long: { en: `its headers are longer than ${MAX_HEADERS} bytes`, zh: `其头部超过 ${MAX_HEADERS} 字节` },
  noColon: { en: 'a line of its headers has no name and colon', zh: '其头部有一行缺少名称和冒号' },
  noToken: { en: 'a header name is not a token', zh: '其头部名称含有非法字符' },
} as const satisfies Record<string, BadPart>;

type State = 'preamble' | 'delimiter' | 'headers' | 'body' | 'skip' | 'epilogue';

/**
 * Splits a multipart body (RFC 2046 §5.1) that arrives in chunks of any size, without copying content and with
 * memory bounded by the limits above. It is fed with {@link push}; content comes out as slices of what went in.
 *
 * Lines end with CRLF. If the line of the first delimiter ends with a bare LF, the whole body is taken to be of
 * that kind, so that a CR that ends some content is never mistaken for part of a delimiter. A boundary that is
 * followed by anything but padding and a line end, or by two hyphens, is content.
 */
export class MultipartSplitter {
  #state: State = 'preamble';
  /** Bytes that cannot be decided on before more arrive. */
  #rest: Buffer = Buffer.alloc(0);
  #preambleBytes = 0;
  #headerBytes = 0;
  #headers = new Map<string, string>();
  /** Header that the next line may continue; null before the first. */
  #lastHeader: { name: string; counts: boolean } | null = null;
  /** True until the first bytes after a line end are looked at: a delimiter may stand right there. */
  #lineStart = true;
  readonly #dashBoundary: Buffer;
  /** Line end and boundary; the line end is settled by the first delimiter. */
  #delimiter: Buffer;
  #bareLf = false;
  #parts = 0;

  /** @param boundary value of the boundary parameter, 1–70 characters */
  constructor(boundary: string) {
    this.#dashBoundary = Buffer.from(`--${boundary}`, 'latin1');
    this.#delimiter = Buffer.from(`\n--${boundary}`, 'latin1');
  }

  /** Parts begun so far, bad ones included. */
  get parts(): number {
    return this.#parts;
  }

  /**
   * What it means that the body ends here. `closed`: it is whole. `unclosed`: every part is whole, only the close
   * delimiter is missing. `cut`: it ends inside a part. `noDelimiter`: no part has begun.
   */
  end(): 'closed' | 'unclosed' | 'cut' | 'noDelimiter' {
    switch (this.#state) {
      case 'epilogue':
        return 'closed';
      case 'preamble':
      case 'delimiter':
        return 'noDelimiter';
      case 'headers':
        return this.#headerBytes === 0 && this.#rest.length === 0 ? 'unclosed' : 'cut';
      case 'body':
      case 'skip':
        return 'cut';
    }
  }

  /** @throws MultipartError when no delimiter comes where one must */
  push(chunk: Buffer): MultipartEvent[] {
    const events: MultipartEvent[] = [];
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    for (;;) {
      const used = this.#step(buffer, events);
      if (used === null) break;
      buffer = buffer.subarray(used);
    }
    this.#rest = this.#state === 'epilogue' ? Buffer.alloc(0) : buffer;
    return events;
  }

  /** Consumes some bytes; null when more are needed. */
  #step(buffer: Buffer, events: MultipartEvent[]): number | null {
    switch (this.#state) {
      case 'preamble':
        return this.#preamble(buffer);
      case 'delimiter':
        return this.#delimiterLine(buffer, events);
      case 'headers':
        return this.#headerLine(buffer, events);
      case 'body':
      case 'skip':
        return this.#content(buffer, events);
      case 'epilogue':
        return null;
    }
  }

  #preamble(buffer: Buffer): number | null {
    if (this.#lineStart) {
      if (buffer.length < this.#dashBoundary.length && startsWith(this.#dashBoundary, buffer)) return null;
      this.#lineStart = false;
      if (startsWith(buffer, this.#dashBoundary)) {
        this.#state = 'delimiter';
        return this.#dashBoundary.length;
      }
    }
    const at = buffer.indexOf(this.#delimiter);
    if (at >= 0) {
      this.#countPreamble(at);
      this.#state = 'delimiter';
      return at + this.#delimiter.length;
    }
    const skip = buffer.length - partialMatch(buffer, this.#delimiter);
    this.#countPreamble(skip);
    return skip === 0 ? null : skip;
  }

  #countPreamble(bytes: number): void {
    this.#preambleBytes += bytes;
    if (this.#preambleBytes > MAX_PREAMBLE) {
      throw new MultipartError(`the boundary does not appear in the first ${MAX_PREAMBLE} bytes of the body`);
    }
  }

  /**
   * The rest of the first delimiter's line, which settles the kind of line end; what turns out to be no delimiter
   * is preamble still.
   */
  #delimiterLine(buffer: Buffer, events: MultipartEvent[]): number | null {
    const line = readDelimiterEnd(buffer, 0, true);
    if (line === 'more') return null;
    if (line === 'none') {
      this.#state = 'preamble';
      return 0;
    }
    this.#bareLf = line.bareLf;
    if (!line.bareLf) this.#delimiter = Buffer.concat([Buffer.of(CR), this.#delimiter]);
    this.#open(line.close, events);
    return line.end;
  }

  /** Goes on after a delimiter: to the next part's headers or to the epilogue. */
  #open(close: boolean, events: MultipartEvent[]): void {
    if (close) {
      this.#state = 'epilogue';
      events.push({ type: 'close' });
      return;
    }
    this.#state = 'headers';
    this.#headers = new Map();
    this.#lastHeader = null;
    this.#headerBytes = 0;
    this.#parts++;
  }

  #headerLine(buffer: Buffer, events: MultipartEvent[]): number | null {
    const newline = buffer.indexOf(LF);
    if (startsWith(buffer, this.#dashBoundary)) {
      const line = readDelimiterEnd(buffer, this.#dashBoundary.length, this.#bareLf);
      if (line === 'more') return null;
      if (line !== 'none') {
        events.push({ type: 'badPart', reason: BAD_PARTS.unended });
        this.#open(line.close, events);
        return line.end;
      }
    }
    if (newline < 0) {
      if (this.#headerBytes + buffer.length <= MAX_HEADERS) return null;
      return this.#bad(BAD_PARTS.long, events);
    }
    this.#headerBytes += newline + 1;
    if (this.#headerBytes > MAX_HEADERS) return this.#bad(BAD_PARTS.long, events);
    const end = newline > 0 && buffer[newline - 1] === CR ? newline - 1 : newline;
    if (end === 0) {
      this.#state = 'body';
      this.#lineStart = true;
      events.push({ type: 'part', headers: this.#headers });
      return newline + 1;
    }
    if (this.#lastHeader !== null && isSpace(buffer[0])) {
      this.#unfold(this.#lastHeader, buffer.toString('latin1', 0, end).trim());
      return newline + 1;
    }
    const colon = buffer.indexOf(COLON);
    if (colon <= 0 || colon > end) return this.#bad(BAD_PARTS.noColon, events);
    const name = buffer.toString('latin1', 0, colon).trim().toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return this.#bad(BAD_PARTS.noToken, events);
    const counts = !this.#headers.has(name);
    if (counts) this.#headers.set(name, buffer.toString('latin1', colon + 1, end).trim());
    this.#lastHeader = { name, counts };
    return newline + 1;
  }

  /** Headers of MIME parts may go on in a line that begins with white space (RFC 5322 §2.2.3). */
  #unfold({ name, counts }: { name: string; counts: boolean }, more: string): void {
    if (counts && more !== '') this.#headers.set(name, `${this.#headers.get(name) ?? ''} ${more}`.trim());
  }

  #bad(reason: BadPart, events: MultipartEvent[]): number {
    events.push({ type: 'badPart', reason });
    this.#state = 'skip';
    this.#lineStart = false;
    return 0;
  }

  #content(buffer: Buffer, events: MultipartEvent[]): number | null {
    if (this.#lineStart) {
      // The empty line's end may be the delimiter's as well: a part without content (RFC 2046 §5.1.1).
      if (buffer.length < this.#dashBoundary.length && startsWith(this.#dashBoundary, buffer)) return null;
      if (startsWith(buffer, this.#dashBoundary)) {
        const line = readDelimiterEnd(buffer, this.#dashBoundary.length, this.#bareLf);
        if (line === 'more') return null;
        if (line !== 'none') return this.#endPart(line, events);
      }
      this.#lineStart = false;
    }
    let searchFrom = 0;
    for (;;) {
      const at = buffer.indexOf(this.#delimiter, searchFrom);
      if (at < 0) {
        const free = buffer.length - partialMatch(buffer, this.#delimiter);
        this.#emit(buffer.subarray(0, free), events);
        return free === 0 ? null : free;
      }
      const line = readDelimiterEnd(buffer, at + this.#delimiter.length, this.#bareLf);
      if (line === 'none') {
        searchFrom = at + 1;
        continue;
      }
      this.#emit(buffer.subarray(0, at), events);
      if (line === 'more') return at === 0 ? null : at;
      return this.#endPart(line, events);
    }
  }

  #emit(bytes: Buffer, events: MultipartEvent[]): void {
    if (bytes.length > 0 && this.#state === 'body') events.push({ type: 'data', bytes });
  }

  #endPart(line: DelimiterEnd, events: MultipartEvent[]): number {
    if (this.#state === 'body') events.push({ type: 'partEnd' });
    this.#open(line.close, events);
    return line.end;
  }
}

interface DelimiterEnd {
  close: boolean;
  bareLf: boolean;
  /** Where the next line begins. */
  end: number;
}

/** Reads what follows a boundary: `--`, or padding and a line end, which may be a bare LF where that is allowed. */
function readDelimiterEnd(buffer: Buffer, from: number, lfAllowed: boolean): DelimiterEnd | 'more' | 'none' {
  if (buffer[from] === DASH) {
    if (buffer.length === from + 1) return 'more';
    return buffer[from + 1] === DASH ? { close: true, bareLf: false, end: from + 2 } : 'none';
  }
  let at = from;
  while (isSpace(buffer[at])) at++;
  if (at - from > MAX_PADDING) return 'none';
  if (at >= buffer.length) return 'more';
  if (buffer[at] === LF && lfAllowed) return { close: false, bareLf: true, end: at + 1 };
  if (buffer[at] !== CR) return 'none';
  if (at + 1 >= buffer.length) return 'more';
  return buffer[at + 1] === LF ? { close: false, bareLf: false, end: at + 2 } : 'none';
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function startsWith(buffer: Buffer, start: Buffer): boolean {
  return buffer.length >= start.length && buffer.compare(start, 0, start.length, 0, start.length) === 0;
}

/** How many bytes at the end of the buffer may begin the delimiter. */
function partialMatch(buffer: Buffer, delimiter: Buffer): number {
  const first = delimiter[0] ?? 0;
  let at = Math.max(0, buffer.length - delimiter.length + 1);
  for (;;) {
    at = buffer.indexOf(first, at);
    if (at < 0) return 0;
    const length = buffer.length - at;
    if (buffer.compare(delimiter, 0, length, at, buffer.length) === 0) return length;
    at++;
  }
}
