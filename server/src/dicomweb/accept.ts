import { HttpProblem, problem } from '../problem.ts';

/** One acceptable media range of a request (PS3.18 8.7.5, RFC 9110 §12.5.1). */
export interface MediaRange {
  /** Lower case, for example `application/dicom+json`, `multipart/related`, `image/*`. */
  type: string;
  /** Media type of the parts of `multipart/related`; null when not said, and for single-part types. */
  inner: string | null;
  /** `transfer-syntax` parameter: a UID, `*`, or null when not said. */
  transferSyntax: string | null;
  q: number;
}

/** A representation the server can give without changing what is stored. */
export interface Representation {
  mediaType: string;
  /** Other names under which clients ask for the same. */
  aliases?: readonly string[];
  multipart: boolean;
  /** Transfer syntax of the bytes, or null where the word has no meaning (JSON, XML). */
  transferSyntax: string | null;
  /** False when a range that names the type but no transfer syntax means another encoding than this one. */
  coversDefaultSyntax: boolean;
}

const MAX_ACCEPT_LENGTH = 4096;
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
const MEDIA_TYPE = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Media ranges of a request, best first: those of the `accept` query parameter, then those of the header, each by q
 * (PS3.18 8.3.3.1, 8.7.8.1). Ranges with q=0 come too, at the end of their list: {@link negotiate} leaves out what they
 * name. Unquoted parameter values that hold a slash are tolerated, as many clients send them; elements that are no
 * media range are ignored. A request without both accepts anything.
 */
export function acceptableRanges(header: string | undefined, queryParameter: unknown): MediaRange[] {
  const fromQuery = (Array.isArray(queryParameter) ? queryParameter : [queryParameter])
    .filter((value): value is string => typeof value === 'string' && value !== '')
    // A plus sign of a media type that was not percent-encoded arrives as a space.
    .flatMap((value) => parseRanges(value.replace(/(?<=\w) (?=\w)/g, '+')));
  if (header === undefined && fromQuery.length === 0) return [ANYTHING];
  return [...byWeight(fromQuery), ...byWeight(header === undefined ? [] : parseRanges(header))];
}

const byWeight = (ranges: readonly MediaRange[]): MediaRange[] => ranges.toSorted((a, b) => b.q - a.q);

const DICOM_ONLY = /^application\/dicom(\+|$)/;
/** Types of pictures and documents made of instances; image/jpeg and image/jp2 are types of stored frames as well. */
const RENDERED = {
  dicom: /^(text\/(html|plain|xml|rtf)|image\/(png|gif)|application\/pdf)$/,
  rendered: /^(text\/(html|plain|xml|rtf)|image\/(png|gif|jpeg|jp2)|application\/pdf)$/,
};

/**
 * Media ranges of a retrieve request, with the rules of PS3.18 8.7.5 and 8.7.7 applied.
 *
 * @param resource what is asked for
 * @throws HttpProblem 406 without an Accept header and `accept` parameter, 400 where types of DICOM and types of
 * renderings are named side by side
 */
export function retrieveRanges(
  header: string | undefined,
  queryParameter: unknown,
  resource: keyof typeof RENDERED = 'dicom',
): MediaRange[] {
  const ranges = acceptableRanges(header, queryParameter);
  if (ranges.length === 1 && ranges[0] === ANYTHING) {
    throw notAcceptable(
      'The request has no Accept header (PS3.18 8.7.7). Send one, at least "Accept: */*".',
      '请求缺少 Accept 头（PS3.18 8.7.7），至少应发送 “Accept: */*”。',
    );
  }
  refuseMixedTypes(ranges, resource);
  return ranges;
}

/** @throws HttpProblem 400 where types of DICOM and types of renderings are named side by side (PS3.18 8.7.5) */
export function refuseMixedTypes(
  ranges: readonly MediaRange[],
  resource: keyof typeof RENDERED = 'dicom',
): void {
  const named = ranges.filter(({ q }) => q > 0).map(({ type, inner }) => inner ?? type);
  if (named.some((type) => DICOM_ONLY.test(type)) && named.some((type) => RENDERED[resource].test(type))) {
    throw new HttpProblem(
      400,
      'mixed-media-types',
      'Accept names media types of DICOM and of renderings side by side; a request is for one of them (PS3.18 8.7.5).',
      'Accept 同时包含 DICOM 类型与渲染类型，一次请求只能选择其一（PS3.18 8.7.5）。',
    );
  }
}

const ANYTHING: MediaRange = { type: '*/*', inner: null, transferSyntax: null, q: 1 };

function parseRanges(text: string): MediaRange[] {
  return splitOutsideQuotes(text.slice(0, MAX_ACCEPT_LENGTH), ',').flatMap((element) => {
    const [type = '', ...parameters] = splitOutsideQuotes(element, ';').map((part) => part.trim());
    if (!MEDIA_TYPE.test(type)) return [];
    const range: MediaRange = { type: type.toLowerCase(), inner: null, transferSyntax: null, q: 1 };
    for (const parameter of parameters) {
      const equals = parameter.indexOf('=');
      const name = parameter.slice(0, equals).trim().toLowerCase();
      if (equals < 0 || !TOKEN.test(name)) continue;
      const value = unquote(parameter.slice(equals + 1).trim());
      if (name === 'q')
        range.q = Number.isFinite(Number(value)) ? Math.min(Math.max(Number(value), 0), 1) : 0;
      else if (name === 'type' && range.type.startsWith('multipart/')) range.inner = value.toLowerCase();
      else if (name === 'transfer-syntax') range.transferSyntax = value;
    }
    return [range];
  });
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted && char === '\\') i += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === separator) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquote(value: string): string {
  return value.startsWith('"') && value.endsWith('"') && value.length > 1
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;
}

/** Whether `pattern` (`*` + `/*`, `image/*` or a full type) covers `mediaType`. */
function covers(pattern: string, mediaType: string): boolean {
  if (pattern === '*/*' || pattern === mediaType) return true;
  return pattern.endsWith('/*') && mediaType.startsWith(pattern.slice(0, -1));
}

const coversAny = (
  pattern: string,
  { mediaType, aliases = [] }: Pick<Representation, 'mediaType' | 'aliases'>,
): boolean => covers(pattern, mediaType) || aliases.includes(pattern);

/** Whether a range names a type or covers it, whatever its transfer syntax. */
export function typeFits(
  representation: Pick<Representation, 'mediaType' | 'aliases' | 'multipart'>,
  range: MediaRange,
): boolean {
  if (!representation.multipart) return coversAny(range.type, representation);
  return (
    range.type === '*/*' ||
    range.type === 'multipart/*' ||
    (range.type === 'multipart/related' && (range.inner === null || coversAny(range.inner, representation)))
  );
}

/** Whether a range names no type of its own: `*` + `/*`, `image/*`, `multipart/related` without `type`. */
export function isWildcard(range: MediaRange): boolean {
  const named = range.type.startsWith('multipart/') ? range.inner : range.type;
  return named === null || named.includes('*');
}

function satisfies(representation: Representation, range: MediaRange): boolean {
  if (!typeFits(representation, range)) return false;
  if (representation.transferSyntax === null || range.transferSyntax === '*') return true;
  if (range.transferSyntax !== null) return range.transferSyntax === representation.transferSyntax;
  return isWildcard(range) || representation.coversDefaultSyntax;
}

type Shape = Pick<Representation, 'mediaType' | 'aliases' | 'multipart'> & { transferSyntax?: string | null };

/** How much a range says: nothing, a family of types or multipart alone, a type, a transfer syntax as well. */
function specificity(range: MediaRange): number {
  const named = range.type.startsWith('multipart/') ? range.inner : range.type;
  if (range.type === '*/*' || named === '*/*' || range.type === 'multipart/*') return 0;
  if (named === null || named.endsWith('/*')) return 1;
  return range.transferSyntax === null || range.transferSyntax === '*' ? 2 : 3;
}

/** Whether a range speaks of a type, be it of a single part or of parts, so that it goes before what says less. */
function speaksOf(range: MediaRange, { transferSyntax = null, ...shape }: Shape, less: MediaRange): boolean {
  if (specificity(range) <= specificity(less)) return false;
  const syntax = range.transferSyntax;
  if (syntax !== null && syntax !== '*' && transferSyntax !== null && syntax !== transferSyntax) return false;
  const isSingle = !range.type.startsWith('multipart/');
  if (isSingle && less.type.startsWith('multipart/')) return false;
  return isSingle ? coversAny(range.type, shape) : typeFits(shape, range);
}

/** Whether a range with q=0 names the type of the representation, or of its parts (RFC 9110 §12.4.2). */
export function isRefused(representation: Shape, ranges: readonly MediaRange[]): boolean {
  return ranges.some((range) => {
    if (range.q > 0) return false;
    if (!isWildcard(range)) return coversAny(range.inner ?? range.type, representation);
    return (
      specificity(range) > 0 &&
      typeFits(representation, range) &&
      !ranges.some((other) => other.q > 0 && speaksOf(other, representation, range))
    );
  });
}

/** Whether a range that says more of a representation gives it a lower weight than this one (RFC 9110 §12.5.1). */
export function isOverruled(
  representation: Shape,
  range: MediaRange,
  ranges: readonly MediaRange[],
): boolean {
  return ranges.some((other) => other.q < range.q && speaksOf(other, representation, range));
}

/**
 * The first of several things, in the server's order, that the best range takes; null when none is taken. What a range
 * that says more puts lower comes after the rest.
 */
export function chooseBest<T extends Shape>(
  ranges: readonly MediaRange[],
  things: readonly T[],
  takes: (thing: T, range: MediaRange) => boolean,
): T | null {
  const possible = things.filter((thing) => !isRefused(thing, ranges));
  for (const isLast of [false, true]) {
    for (const range of ranges) {
      if (range.q === 0) continue;
      const chosen = possible.find(
        (thing) => takes(thing, range) && (isLast || !isOverruled(thing, range, ranges)),
      );
      if (chosen !== undefined) return chosen;
    }
  }
  return null;
}

/** The first representation, in the server's order, that the best range accepts; null when none is acceptable. */
export function negotiate<R extends Representation>(
  ranges: readonly MediaRange[],
  representations: readonly R[],
): R | null {
  return chooseBest(ranges, representations, satisfies);
}

/** 406 with what could be had instead. */
export function notAcceptable(detail: string, detailZh: string): HttpProblem {
  return problem('not-acceptable', { detail, detailZh });
}

const plain = (mediaType: string, multipart = false): Representation => ({
  mediaType,
  multipart,
  transferSyntax: null,
  coversDefaultSyntax: true,
});

/** What metadata and search results can be had as, the default first (PS3.18 8.7.3.2, 10.6.3). */
export const DATASET_REPRESENTATIONS = [
  plain('application/dicom+json'),
  plain('application/json'),
  plain('application/dicom+xml', true),
] as const;

/** Chooses JSON or XML for datasets. @throws HttpProblem 406 */
export function negotiateDatasets(ranges: readonly MediaRange[]): Representation {
  const chosen = negotiate(ranges, DATASET_REPRESENTATIONS);
  if (chosen === null) {
    throw notAcceptable(
      'This resource is available as application/dicom+json or multipart/related; type="application/dicom+xml"; none of the media types in Accept is one of these.',
      '该资源仅以 application/dicom+json 或 multipart/related; type="application/dicom+xml" 提供，Accept 中没有可用的类型。',
    );
  }
  return chosen;
}
