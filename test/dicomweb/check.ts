import assert from 'node:assert/strict';
import { header, mediaType, parts, type Answer } from './http.ts';
import type { Part } from './multipart.ts';

export type Attribute = { vr?: string; Value?: unknown[]; BulkDataURI?: string; InlineBinary?: string };
export type JsonDataset = Record<string, Attribute | undefined>;

const seen = (answer: Answer): string =>
  `${answer.asked} answered ${answer.status} ${header(answer, 'content-type') ?? ''} ${answer.body.toString('utf8', 0, 240).replace(/[^\x20-\x7e]+/g, ' ')}`;

/** The answer has one of the statuses. */
export function status(answer: Answer, ...expected: number[]): void {
  assert.ok(expected.includes(answer.status), `expected ${expected.join(' or ')}; ${seen(answer)}`);
}

/** Equality that says what was compared. */
export function equal<T>(actual: T, expected: T, what: string): void {
  assert.deepEqual(actual, expected, `${what}: expected ${short(expected)}, seen ${short(actual)}`);
}

/** A condition that says what it means. */
export function holds(condition: boolean, what: string): asserts condition {
  assert.ok(condition, what);
}

const short = (value: unknown): string => JSON.stringify([value]).slice(1, 300);

/** Equality of bytes, naming the first that differs. */
export function sameBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const length = Math.min(actual.length, expected.length);
  let at = 0;
  while (at < length && actual[at] === expected[at]) at += 1;
  assert.fail(
    `${what}: ${actual.length} bytes for ${expected.length} expected, the first different one at ${at}`,
  );
}

/** The answer is 200 with an array of DICOM JSON datasets. */
export function datasets(answer: Answer): JsonDataset[] {
  status(answer, 200);
  equal(mediaType(answer), 'application/dicom+json', 'media type');
  const body: unknown = JSON.parse(answer.body.toString('utf8'));
  holds(Array.isArray(body), 'the body is a JSON array (PS3.18 F.2.1)');
  return body as JsonDataset[];
}

/** Results of a search: none for 204. */
export function results(answer: Answer): JsonDataset[] {
  status(answer, 200, 204);
  return answer.status === 204 ? [] : datasets(answer);
}

/** All values of an attribute. */
export const values = (dataset: JsonDataset | undefined, tag: string): unknown[] =>
  dataset?.[tag]?.Value ?? [];

/** First value of an attribute, or undefined. */
export const value = (dataset: JsonDataset | undefined, tag: string): unknown => values(dataset, tag)[0];

/** A component group of the first person name. */
export const name = (dataset: JsonDataset | undefined, tag: string, group = 'Alphabetic'): unknown =>
  (value(dataset, tag) as Record<string, string> | undefined)?.[group];

/** First values of one attribute over the results, sorted. */
export const all = (found: readonly JsonDataset[], tag: string): string[] =>
  found.map((dataset) => String(value(dataset, tag))).sort();

/** Parts of a 200 multipart answer; their count, where it is said. */
export function multiparts(answer: Answer, count?: number): Part[] {
  status(answer, 200);
  const found = parts(answer);
  if (count !== undefined) equal(found.length, count, 'number of parts');
  return found;
}

/** Content type of a part: type and transfer-syntax. */
export function partType(part: Part): { type: string; transferSyntax: string | null } {
  const contentType = part.headers['content-type'] ?? '';
  return {
    type: contentType.split(';')[0]!.trim().toLowerCase(),
    transferSyntax: /transfer-syntax="?([\d.]+)/i.exec(contentType)?.[1] ?? null,
  };
}
