import { checkDataset } from './checkDataset.ts';
import { DatasetError, withReference } from './datasetError.ts';
import { DatasetCount, type DatasetLimits } from './datasetLimits.ts';
import { readReference } from './identity.ts';
import type { DicomJson } from './types.ts';

/**
 * Reads a dataset of the DICOM JSON Model (PS3.18 Annex F) of any origin. What is returned can be encoded: every value
 * is one that its VR can hold.
 *
 * @param input JSON as text or UTF-8, or what was parsed of it.
 * @throws DatasetError MALFORMED, INVALID_VALUE or TOO_LARGE; its `path` is that of the attribute, its `reference` that
 * of the instance.
 */
export function parseDicomJson(input: unknown, limits: DatasetLimits = {}): DicomJson {
  const count = new DatasetCount(limits);
  const value = parsed(input, count);
  return withReference(
    () => readReference(value),
    () => checkDataset(value, count),
  );
}

/**
 * Reads an array of datasets, as the metadata of a store request is (PS3.18 §8.7.3.2, §10.5.1); a single one not in an
 * array is taken too. The limits are for all together.
 *
 * @throws DatasetError as {@link parseDicomJson}.
 */
export function parseDicomJsonArray(input: unknown, limits: DatasetLimits = {}): DicomJson[] {
  const count = new DatasetCount(limits);
  const value = parsed(input, count);
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map((each) => checkDataset(each, count));
}

function parsed(input: unknown, count: DatasetCount): unknown {
  const text = input instanceof Uint8Array ? decoded(input) : input;
  if (typeof text !== 'string') return text;
  checkStructure(text, count);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new DatasetError('MALFORMED', '', 'The text is not JSON');
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DatasetError('MALFORMED', '', 'The text is not UTF-8');
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/** Bounds what JSON.parse would build before it does: objects and arrays, and how deep they are nested. */
function checkStructure(text: string, { maxDepth, maxAttributes }: DatasetCount): void {
  // A sequence is three deep (attribute, Value, item); a name adds two, the array of datasets one.
  const deepest = maxDepth * 3 + 8;
  // An attribute is an object with an array, at most with names in it.
  const most = maxAttributes * 4 + 16;
  let depth = 0;
  let opened = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      opened++;
      if (++depth > deepest)
        throw new DatasetError('TOO_LARGE', '', `The JSON is nested deeper than ${maxDepth} sequences`);
      if (opened > most)
        throw new DatasetError(
          'TOO_LARGE',
          '',
          `The JSON holds more than ${maxAttributes} attributes and items`,
        );
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
    }
  }
}
