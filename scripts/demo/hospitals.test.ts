import { defaultCatalogue } from '@hutong/conformance';
import { demoStudies } from '@hutong/test/factories';
import { expect, test } from 'vitest';

import { demoHospitals, demoQualifications } from './hospitals.ts';

test('every qualification is of a hospital and an item that exist', () => {
  const items = new Set<string>(defaultCatalogue().items.map(({ code }) => code));
  const hospitals = new Set(demoHospitals.map(({ code }) => code));
  for (const { itemCode, hospitalCode } of demoQualifications) {
    expect(items.has(itemCode), itemCode).toBe(true);
    expect(hospitals.has(hospitalCode)).toBe(true);
  }
});

test('a passing study expects a label exactly where its hospital is qualified on the study date', () => {
  for (const { key, hospitalCode, expected, spec } of demoStudies()) {
    if (expected.verdict !== 'PASS') continue;
    const date = (spec.headers['StudyDate'] as string).replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
    const qualified = demoQualifications.some(
      (q) =>
        q.hospitalCode === hospitalCode &&
        q.itemCode === expected.itemCode &&
        q.result === 'passed' &&
        q.evaluatedAt <= date &&
        date <= q.validUntil,
    );
    expect(expected.label !== null, key).toBe(qualified);
  }
});
