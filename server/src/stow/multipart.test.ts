import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MultipartError, MultipartSplitter, type MultipartEvent } from './multipart.ts';

interface Part {
  headers: Record<string, string>;
  content: Buffer;
  whole: boolean;
}

/** Runs a body through the splitter in the given chunks and gathers what came out. */
function split(boundary: string, chunks: Buffer[]) {
  const splitter = new MultipartSplitter(boundary);
  const parts: Part[] = [];
  const bad: string[] = [];
  for (const chunk of chunks) {
    for (const event of splitter.push(chunk)) take(event);
  }
  function take(event: MultipartEvent): void {
    const last = parts.at(-1);
    if (event.type === 'part') {
      parts.push({ headers: Object.fromEntries(event.headers), content: Buffer.alloc(0), whole: false });
    } else if (event.type === 'data') last!.content = Buffer.concat([last!.content, event.bytes]);
    else if (event.type === 'partEnd') last!.whole = true;
    else if (event.type === 'badPart') bad.push(event.reason.en);
  }
  return { parts, bad, end: splitter.end() };
}

function inChunks(body: Buffer, sizes: number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < body.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? body.length);
    chunks.push(body.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function bodyOf(boundary: string, contents: Buffer[], lineEnd = '\r\n'): Buffer {
  const pieces: Buffer[] = [];
  for (const content of contents) {
    pieces.push(
      Buffer.from(`--${boundary}${lineEnd}Content-Type: application/dicom${lineEnd}${lineEnd}`),
      content,
    );
    pieces.push(Buffer.from(lineEnd));
  }
  pieces.push(Buffer.from(`--${boundary}--`));
  return Buffer.concat(pieces);
}

const BOUNDARY = 'a-b';

/** Content made of the pieces that delimiters are made of, so that near misses are common. */
const boundaryLike = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '-',
        '--',
        '--a',
        '--a-',
        '\r\n--a',
        '\r\n--a-',
        'a-b',
        '\n--a-b',
        '--a-bx',
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => Buffer.from(pieces.join('')))
  .filter((content) => !/(^|\r\n)--a-b(--|[ \t]*(\r|$))/.test(content.toString('latin1')));

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe('MultipartSplitter', () => {
  test('gives back every content whatever the chunks are', () => {
    fc.assert(
      fc.property(fc.array(boundaryLike, { minLength: 1, maxLength: 6 }), sizes, (contents, chunkSizes) => {
        const { parts, bad, end } = split(BOUNDARY, inChunks(bodyOf(BOUNDARY, contents), chunkSizes));
        expect(bad).toEqual([]);
        expect(end).toBe('closed');
        expect(parts.map((part) => part.content.toString('latin1'))).toEqual(
          contents.map((c) => c.toString('latin1')),
        );
        expect(parts.every((part) => part.whole)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('finds the same events for any chunking of arbitrary bytes', () => {
    const noise = fc
      .array(
        fc.constantFrom(
          '--a-b',
          '\r\n',
          '\n',
          '--',
          ':',
          'X',
          ' ',
          'Content-Type: a/b\r\n\r\n',
          '\r\n--a-b\r\n',
        ),
        {
          maxLength: 30,
        },
      )
      .map((pieces) => Buffer.from(pieces.join('')));
    fc.assert(
      fc.property(noise, sizes, (body, chunkSizes) => {
        expect(split(BOUNDARY, inChunks(body, chunkSizes))).toEqual(split(BOUNDARY, [body]));
      }),
      { numRuns: 2000 },
    );
  });

  test('ends a part where the body is cut, and calls it cut', () => {
    const body = bodyOf(BOUNDARY, [Buffer.from('first'), Buffer.from('second')]);
    for (let length = 1; length < body.length; length++) {
      const { parts, end } = split(BOUNDARY, [body.subarray(0, length)]);
      expect(end).not.toBe('closed');
      for (const part of parts.filter((p) => p.whole))
        expect(['first', 'second']).toContain(part.content.toString());
    }
  });

  test('ignores a preamble and an epilogue', () => {
    const body = Buffer.concat([
      Buffer.from('hello\r\n'),
      bodyOf(BOUNDARY, [Buffer.from('x')]),
      Buffer.from('\r\nbye --a-b'),
    ]);
    const { parts, end } = split(BOUNDARY, [body]);
    expect(parts.map((part) => part.content.toString())).toEqual(['x']);
    expect(end).toBe('closed');
  });

  test('reads a body whose lines end with LF alone and leaves a CR at the end of content alone', () => {
    const { parts, end } = split(BOUNDARY, [bodyOf(BOUNDARY, [Buffer.from('x\r'), Buffer.from('y')], '\n')]);
    expect(parts.map((part) => part.content.toString())).toEqual(['x\r', 'y']);
    expect(end).toBe('closed');
  });

  test('keeps LF before a boundary as content in a body of CRLF lines', () => {
    const { parts } = split(BOUNDARY, [bodyOf(BOUNDARY, [Buffer.from('x\n--a-b\r\ny')])]);
    expect(parts.map((part) => part.content.toString())).toEqual(['x\n--a-b\r\ny']);
  });

  test('accepts padding after the boundary, a part without headers and a part without content', () => {
    const body = Buffer.from('--a-b \t\r\n\r\nno headers\r\n--a-b\r\nContent-Type: a/b\r\n\r\n--a-b--');
    const { parts, end } = split(BOUNDARY, [body]);
    expect(parts.map((part) => part.content.toString())).toEqual(['no headers', '']);
    expect(end).toBe('closed');
  });

  test('skips a part whose headers cannot be read and goes on with the next', () => {
    const broken = [
      '--a-b\r\nno colon here\r\n\r\nskipped\r\n',
      `--a-b\r\nX: ${'y'.repeat(9000)}\r\n\r\nskipped\r\n`,
      `--a-b\r\n${'\0'.repeat(9000)}\r\n`,
      '--a-b\r\nContent-Type: a/b\r\n',
      '--a-b\r\nbad name: x\r\n\r\nskipped\r\n',
    ];
    for (const first of broken) {
      const { parts, bad, end } = split(
        BOUNDARY,
        inChunks(Buffer.concat([Buffer.from(first), bodyOf(BOUNDARY, [Buffer.from('kept')])]), [7]),
      );
      expect(bad).toHaveLength(1);
      expect(parts.map((part) => part.content.toString())).toEqual(['kept']);
      expect(end).toBe('closed');
    }
  });

  test('unfolds headers that go on in lines that begin with white space', () => {
    const headers = [
      'Content-Type: multipart/related;',
      '\ttype="a/b";',
      '  \t ',
      ' boundary=x',
      'X-Twice: first',
      'X-Twice: second',
      ' goes on',
      'Content-ID:',
      ' <id>',
    ].join('\r\n');
    const body = Buffer.from(`--a-b\r\n${headers}\r\n\r\nx\r\n--a-b--`);
    for (const chunkSizes of [[1], [7], [body.length]]) {
      const { parts, bad } = split(BOUNDARY, inChunks(body, chunkSizes));
      expect(bad).toEqual([]);
      expect(parts.map((part) => part.headers)).toEqual([
        {
          'content-type': 'multipart/related; type="a/b"; boundary=x',
          'x-twice': 'first',
          'content-id': '<id>',
        },
      ]);
    }
  });

  test.each([
    ['before any header', ' x\r\n'],
    ['without end', `x: y\r\n${' folded\r\n'.repeat(2000)}`],
  ])('skips a part whose headers go on %s', (_name, headers) => {
    const broken = Buffer.from(`--a-b\r\n${headers}\r\nskipped\r\n`);
    const { parts, bad, end } = split(BOUNDARY, [broken, bodyOf(BOUNDARY, [Buffer.from('kept')])]);
    expect(bad).toHaveLength(1);
    expect(parts.map((part) => part.content.toString())).toEqual(['kept']);
    expect(end).toBe('closed');
  });

  test('says so when no delimiter comes at the beginning', () => {
    const splitter = new MultipartSplitter('other');
    const body = bodyOf(BOUNDARY, [Buffer.alloc(100_000)]);
    expect(() => inChunks(body, [1000]).map((chunk) => splitter.push(chunk))).toThrow(MultipartError);
    expect(split('other', [Buffer.from('short')]).end).toBe('noDelimiter');
  });

  test('tells a missing close delimiter from a cut part', () => {
    expect(split(BOUNDARY, [Buffer.from('--a-b\r\n\r\nx\r\n--a-b\r\n')]).end).toBe('unclosed');
    expect(split(BOUNDARY, [Buffer.from('--a-b\r\n\r\nx\r\n--a-b')]).end).toBe('cut');
    expect(split(BOUNDARY, [Buffer.from('--a-b--')]).end).toBe('closed');
  });
});
