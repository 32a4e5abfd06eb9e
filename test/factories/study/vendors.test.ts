import { numbers, readPart10 } from '@hutong/dicom';
import { expect, test } from 'vitest';

import { anInstance } from '../instance.ts';
import { bValueAttributes, type Vendor } from './vendors.ts';

const PLACES: [Vendor, string, string, number][] = [
  ['Siemens', '00190010', '0019100C', 1000],
  ['GE', '00430010', '00431039', 1_000_001_000],
  ['Philips', '20010010', '20011003', 1000],
  ['United Imaging', '00650010', '00651009', 1000],
];

test.each(PLACES)('%s writes its b-value below its own private creator', (vendor, creator, tag, value) => {
  const { dataset } = readPart10(anInstance(bValueAttributes(vendor, 1000)).bytes);
  expect(dataset[creator]?.vr).toBe('LO');
  expect(numbers(dataset, tag)[0]).toBe(value);
});

test('United Imaging never writes a b-value of zero, Canon writes the public attribute', () => {
  const b0 = readPart10(anInstance(bValueAttributes('United Imaging', 0)).bytes).dataset;
  expect(numbers(b0, '00651009')).toEqual([1.25]);
  const canon = readPart10(anInstance(bValueAttributes('Canon', 800)).bytes).dataset;
  expect(numbers(canon, '00189087')).toEqual([800]);
});
