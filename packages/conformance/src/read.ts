import type { DicomJson } from '@hutong/dicom';

/** Readers of DICOM JSON values that never throw: hostile or missing values read as absent. */

/** Most values read of one attribute, and most characters of one value. */
const MOST_VALUES = 64;
const MOST_CHARACTERS = 1024;
/** Numbers beyond this are no measurement; squares and sums of those within stay finite. */
const LARGEST = 1e12;

export function strings(dataset: DicomJson, tag: string): string[] {
  const values = dataset[tag]?.Value;
  if (!Array.isArray(values)) return [];
  const out: string[] = [];
  for (const value of values.slice(0, MOST_VALUES)) {
    if (typeof value === 'string') {
      const trimmed = value.slice(0, MOST_CHARACTERS).trim();
      if (trimmed !== '') out.push(trimmed);
    } else if (typeof value === 'number' && Number.isFinite(value)) out.push(String(value));
  }
  return out;
}

export function string(dataset: DicomJson, tag: string): string {
  return strings(dataset, tag)[0] ?? '';
}

export function numbers(dataset: DicomJson, tag: string): number[] {
  const values = dataset[tag]?.Value;
  if (!Array.isArray(values)) return [];
  const out: number[] = [];
  for (const value of values.slice(0, MOST_VALUES)) {
    const parsed =
      typeof value === 'number'
        ? value
        : typeof value === 'string'
          ? Number.parseFloat(value.slice(0, MOST_CHARACTERS))
          : NaN;
    if (Math.abs(parsed) <= LARGEST) out.push(parsed);
  }
  return out;
}

export function number(dataset: DicomJson, tag: string): number | null {
  return numbers(dataset, tag)[0] ?? null;
}

export function sequence(dataset: DicomJson, tag: string): DicomJson[] {
  const attribute = dataset[tag];
  if (attribute?.vr !== 'SQ' || !Array.isArray(attribute.Value)) return [];
  return attribute.Value.filter(
    (value): value is DicomJson => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
}

/** Decoded InlineBinary, or null where there is none or it is not base64. */
export function inlineBytes(dataset: DicomJson, tag: string): Uint8Array | null {
  const encoded = dataset[tag]?.InlineBinary;
  if (typeof encoded !== 'string' || encoded.length > 4096) return null;
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Seconds since midnight of a DICOM TM value (PS3.5 §6.2), or null. */
export function timeOfDay(value: string): number | null {
  const match = /^(\d{2}):?(\d{2})?:?(\d{2}(?:\.\d+)?)?$/.exec(value.trim());
  if (match === null) return null;
  return Number(match[1]) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}

/** Seconds of a DICOM DT value counted from 1970-01-01, offset ignored, or null. */
export function dateTimeSeconds(value: string): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2}(?:\.\d+)?)?/.exec(value);
  if (match === null) return null;
  const day = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / 1000;
  return day + Number(match[4]) * 3600 + Number(match[5]) * 60 + Number(match[6] ?? 0);
}

/** Seconds of a DA value from 1970-01-01, or null. */
export function dateSeconds(value: string): number | null {
  const match = /^(\d{4})-?\.?(\d{2})-?\.?(\d{2})$/.exec(value.trim());
  if (match === null) return null;
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / 1000;
}
