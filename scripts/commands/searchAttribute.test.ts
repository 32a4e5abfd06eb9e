import { expect, test } from 'vitest';
import { UsageError } from '../operate/command.ts';
import { describeAttribute, readAttribute } from './searchAttribute.ts';

const described = (text: string, given: { creator?: string; vr?: string; level?: string } = {}) => {
  const named = readAttribute(text, given.creator);
  return { ...named, ...describeAttribute(named, given) };
};

test('an attribute of the standard is named by keyword or tag, and has the VR and level of the dictionary', () => {
  const protocol = { tag: '00181030', creator: '', vr: 'LO', level: 'series' };
  expect(described('ProtocolName')).toEqual(protocol);
  expect(described('00181030')).toEqual(protocol);
  expect(described('0018000a', { vr: 'LO', level: 'study' })).toMatchObject({
    tag: '0018000A',
    level: 'study',
  });
  expect(described('InstitutionName')).toMatchObject({ level: 'study' });
  expect(described('SliceThickness')).toMatchObject({ vr: 'DS', level: 'instance' });
});

test('a private attribute is named by its creator, without the block', () => {
  const private_ = { creator: 'ACME 1.0', vr: 'LO', level: 'series' };
  expect(described('00191002', private_)).toEqual({ tag: '0019xx02', ...private_ });
  expect(described('0019AB02', private_)).toEqual({ tag: '0019xx02', ...private_ });
});

test.each<[string, { creator?: string; vr?: string; level?: string }, RegExp]>([
  ['Nonsense', {}, /neither a DICOM keyword nor a tag/],
  ['0018103', {}, /neither a DICOM keyword nor a tag/],
  ['00191002', { vr: 'LO' }, /needs its --creator/],
  ['ProtocolName', { creator: 'ACME' }, /only for private attributes/],
  ['00190010', { creator: 'ACME', vr: 'LO' }, /cannot be made searchable/],
  ['00191002', { creator: 'ACME' }, /say the --vr/],
  ['00191002', { creator: 'ACME', vr: 'SQ' }, /VR SQ cannot/],
  ['PixelData', {}, /VR O. cannot/],
  ['TransferSyntaxUID', {}, /outside of datasets/],
  ['PatientID', {}, /searched by already/],
  ['KVP', { vr: 'LO' }, /VR of this attribute is DS/],
  ['KVP', { level: 'patient' }, /--level/],
])('%s %j is refused', (text, given, message) => {
  expect(() => described(text, given)).toThrow(UsageError);
  expect(() => described(text, given)).toThrow(message);
});
