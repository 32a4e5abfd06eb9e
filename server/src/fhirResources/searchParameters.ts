import type { Request } from 'express';
import { queryParameters } from '../dicomweb/path.ts';
import { badParameter } from '../listQuery.ts';
import { HttpProblem } from '../problem.ts';
import { dateSpan, type Span } from './dates.ts';
import type { Searchable, SearchParameter } from './feature.ts';
import { FHIR_ID } from './references.ts';

/** Entries of a page when none are asked for, and at most. */
const USUAL_COUNT = 50;
const MOST_COUNT = 200;
/** Values of one parameter. */
const MOST_VALUES = 100;

/** A value of a token parameter; null: whatever system; an empty system: none. */
export interface Token {
  system: string | null;
  code: string;
}

/** A search, read: every parameter with its alternatives; one that is given several times has to hold each time. */
export interface FhirSearch {
  values: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Entries of the page. */
  count: number;
  /** Only how many there are is asked for. */
  countAlone: boolean;
  includes: ReadonlySet<string>;
  /** Of {@link Searchable.sorts}. */
  sort: string;
  cursor: string;
  /** Parameters as they may stand in an address. */
  shown: readonly [name: string, value: string][];
}

const USED_BY_US = new Set(['_count', '_summary', '_include', '_sort', 'cursor']);
/** Parameters that change nothing of what is found. */
const OF_FORM = new Set(['_format', '_pretty', '_total']);

/**
 * Reads a search by GET, or by POST with the parameters in the body, or in both. A parameter that is not known is refused,
 * unless the request asks to be lenient (`Prefer: handling=lenient`): leaving out what narrows a search would show more of
 * patients than was asked for.
 *
 * @throws HttpProblem 400 that names the parameter
 */
export function readSearch(req: Request, searchable: Searchable): FhirSearch {
  const known = new Map(searchable.parameters.map((one) => [one.name, one]));
  const lenient = /\bhandling=lenient\b/.test(req.get('prefer') ?? '');
  const values = new Map<string, (readonly string[])[]>();
  const controls = new Map<string, string[]>();
  const shown: [string, string][] = [];
  for (const [given, value, posted] of parametersOf(req)) {
    if (value === '' || OF_FORM.has(given)) continue;
    if (USED_BY_US.has(given)) {
      controls.set(given, [...(controls.get(given) ?? []), value]);
      if (given !== 'cursor') shown.push([given, value]);
      continue;
    }
    const parameter = known.get(given) ?? typedReference(given, known);
    if (parameter === undefined) {
      if (lenient) continue;
      throw unknownParameter(given, searchable);
    }
    if (parameter.postedOnly === true && !posted) throw notInAddress(parameter.name, searchable);
    const alternatives = split(value, ',');
    if (alternatives.length > MOST_VALUES || alternatives.includes('')) throw badParameter(parameter.name);
    values.set(parameter.name, [...(values.get(parameter.name) ?? []), alternatives]);
    if (parameter.postedOnly !== true) shown.push([parameter.name, value]);
  }
  return { values, shown, ...readControls(controls, searchable) };
}

/** `patient:Patient=…`: a reference that says the type, which is known anyway. */
function typedReference(
  given: string,
  known: ReadonlyMap<string, SearchParameter>,
): SearchParameter | undefined {
  const [, name = '', type = ''] = /^([a-z-]+):([A-Z]\w+)$/.exec(given) ?? [];
  const parameter = known.get(name);
  return parameter?.type === 'reference' && type !== '' ? parameter : undefined;
}

function* parametersOf(req: Request): Generator<[name: string, value: string, posted: boolean]> {
  for (const [name, value] of queryParameters(req.originalUrl)) yield [name, value, false];
  const body: unknown = req.method === 'POST' ? req.body : undefined;
  if (typeof body !== 'object' || body === null) return;
  for (const [name, value] of Object.entries(body))
    for (const one of [value].flat()) {
      const text = String(one);
      if (text.includes('\0')) throw badParameter(name.slice(0, 64));
      yield [name, text, true];
    }
}

function readControls(
  controls: ReadonlyMap<string, readonly string[]>,
  { includes = [], sorts = [] }: Searchable,
): Pick<FhirSearch, 'count' | 'countAlone' | 'includes' | 'sort' | 'cursor'> {
  const single = (name: string): string | undefined => {
    const given = controls.get(name) ?? [];
    if (given.length > 1) throw badParameter(name);
    return given[0];
  };
  const countText = single('_count') ?? String(USUAL_COUNT);
  if (!/^\d{1,9}$/.test(countText)) throw badParameter('_count');
  const summary = single('_summary') ?? 'false';
  if (summary !== 'false' && summary !== 'count') throw badParameter('_summary');
  const asked = (controls.get('_include') ?? []).flatMap((value) => split(value, ','));
  if (asked.some((one) => !includes.includes(one))) throw badParameter('_include');
  const sort = single('_sort') ?? sorts[0] ?? '';
  if (!(sorts.length === 0 ? [''] : sorts).includes(sort)) throw badParameter('_sort');
  const count = Math.min(Number(countText), MOST_COUNT);
  return {
    count,
    // R4 3.1.1.5.5: a page of none asks for the number.
    countAlone: summary === 'count' || count === 0,
    includes: new Set(asked),
    sort,
    cursor: single('cursor') ?? '',
  };
}

/** Parts between separators that no backslash stands before (R4 3.1.1.5.7). The backslashes stay. */
function split(text: string, separator: ',' | '|'): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') {
      part += character + text.charAt(at + 1);
      at += 1;
    } else if (character === separator) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

const plain = (text: string): string => text.replace(/\\(.)/gs, '$1');

const each = <T>(search: FhirSearch, name: string, read: (text: string) => T): T[][] =>
  (search.values.get(name) ?? []).map((alternatives) => alternatives.map(read));

/** Values of a token parameter: `code`, `system|code`, `|code`. @throws HttpProblem 400 for a system without a code */
export const tokensOf = (search: FhirSearch, name: string): Token[][] =>
  each(search, name, (text) => {
    const parts = split(text, '|').map(plain);
    const [one = '', two, ...more] = parts;
    if (more.length > 0 || (two ?? one) === '') throw badParameter(name);
    return two === undefined ? { system: null, code: one } : { system: one, code: two };
  });

/** Values of a date parameter; @throws HttpProblem 400 for what is no date */
export const spansOf = (search: FhirSearch, name: string): Span[][] =>
  each(search, name, (text) => dateSpan(name, plain(text)));

/** Values of a string parameter. */
export const stringsOf = (search: FhirSearch, name: string): string[][] => each(search, name, plain);

/** Ids that a reference parameter names, of one type: `id`, `Type/id`, or absolute. @throws HttpProblem 400 for others */
export const referencesOf = (search: FhirSearch, name: string, type: string): string[][] =>
  each(search, name, (text) => {
    const parts = plain(text).split('/');
    const id = parts.at(-1) ?? '';
    if (!FHIR_ID.test(id) || (parts.length > 1 && parts.at(-2) !== type)) throw badParameter(name);
    return id;
  });

function unknownParameter(given: string, { type, parameters }: Searchable): HttpProblem {
  const names = parameters.map(({ name }) => name).join(', ');
  const name = given.slice(0, 64);
  return new HttpProblem(
    400,
    'bad-query-parameter',
    `${type} is not searched by ${name}; there are: ${names}. Send Prefer: handling=lenient to have it left out.`,
    `${type} 不支持按 ${name} 检索；可用参数：${names}。如需忽略未知参数，请发送 Prefer: handling=lenient。`,
  );
}

const notInAddress = (name: string, { type }: Searchable): HttpProblem =>
  new HttpProblem(
    400,
    'bad-query-parameter',
    `${name} names a patient, and addresses are written to logs: send it in the body of POST /fhir/${type}/_search.`,
    `参数 ${name} 涉及患者身份，不得出现在地址中；请改用 POST /fhir/${type}/_search，在请求内容中发送。`,
  );
