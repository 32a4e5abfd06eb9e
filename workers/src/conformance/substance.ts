import { createHash } from 'node:crypto';
import { evidenceOf, type StudyConformance } from '@hutong/conformance';

/**
 * SHA-256 of what a result says: items with their names, requirements and evidence, and what was understood of each series.
 * Sentences, confidence and the versions of list and engine are left out, so that a study that is judged again with the same
 * outcome is known to be.
 */
export function substanceDigest(conformance: StudyConformance): Buffer {
  const made = digests.get(conformance) ?? digestOf(conformance);
  digests.set(conformance, made);
  return made;
}

/** It is asked for when a result is compared, and again when it is saved. */
const digests = new WeakMap<StudyConformance, Buffer>();

function digestOf(conformance: StudyConformance): Buffer {
  const { results, series, notListed } = conformance;
  const substance = {
    notListed: notListed?.reason ?? null,
    items: results.map((result) => ({
      name: result.itemName,
      verdict: result.verdict,
      labels: result.requirements.map(({ id, label }) => [id, label]),
      evidence: evidenceOf(result, series),
    })),
    series: series.map(({ because: _because, confidence: _confidence, ...facts }) => facts),
  };
  return createHash('sha256').update(storableJson(substance)).digest();
}

/** JSON as jsonb takes it, which holds neither NUL nor half a surrogate pair; text from a hostile header may have both. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll('\0', '').toWellFormed() : inner,
  );
}
