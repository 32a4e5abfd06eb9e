import { demoStudies } from '@hutong/test/factories';
import { expect, test } from 'vitest';

import { DEMO_ORDERS, DOCTOR, PAYMENTS, reminderTable } from './recognition.ts';

test('every order is of a patient whom another hospital has examined with a label for the same item', () => {
  for (const { patient, itemCode, number } of DEMO_ORDERS) {
    expect(patient.ids[DOCTOR.hospital], number).toBeDefined();
    const elsewhere = demoStudies().filter(
      ({ patientName, hospitalCode, expected }) =>
        patientName === patient.shownName &&
        hospitalCode !== DOCTOR.hospital &&
        expected.itemCode === itemCode &&
        expected.label !== null,
    );
    expect(elsewhere, number).toHaveLength(1);
  }
});

test('one order waits for the doctor, one is recognised, one is examined again; each item has a payment', () => {
  expect(DEMO_ORDERS.map(({ decision }) => decision?.kind ?? null)).toEqual([
    null,
    'recognised',
    'examinedAgain',
  ]);
  for (const { itemCode } of DEMO_ORDERS) expect(PAYMENTS[itemCode], itemCode).toBeGreaterThan(0);
});

test('the table says what exists, what the rules say and what was decided; of an order without an answer that nothing is known', () => {
  const [waiting, recognised] = DEMO_ORDERS;
  const match = {
    position: 0,
    hospital: { code: 'lnzy', name: { zh: '龙南市中医院', en: 'Longnan' } },
    own: false,
    item: { code: 'CT-01', name: { zh: '头颅CT平扫', en: 'Head CT' } },
    studyDate: '2026-11-14',
    ageDays: 8,
    labels: ['龙南市HR'],
    word: 'MUST_RECOGNISE' as const,
    inForce: true,
    viewed: false,
    decision: null,
  };
  const decision = { kind: 'recognised' as const, reasonCode: '', decidedAt: '2026-11-22T08:00:00Z' };
  const lines = reminderTable(
    new Map([
      [waiting?.number ?? '', { matches: [match] }],
      [recognised?.number ?? '', { matches: [{ ...match, decision }] }],
    ]),
  ).split('\n');
  expect(lines[2]).toMatch(/钟建华.*龙南市中医院 2026-11-14（8 天前）龙南市HR +应当互认 +待医师决定/);
  expect(lines[3]).toMatch(/黄秀梅.*已互认/);
  expect(lines[4]).toMatch(/曾美兰.*无可互认结果 +— +—/);
});
