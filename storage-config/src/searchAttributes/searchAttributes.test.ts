import { afterAll, beforeAll, expect, test } from 'vitest';
import { anInstance, type FactoryInstance } from '../../../test/factories/index.ts';
import { deleteInstances } from '../corrections/deleteInstances.ts';
import { endedOfStudy, recoverInstances } from '../corrections/recoverInstances.ts';
import { openTestArchive, PERSON, type TestArchive } from '../corrections/testing.ts';
import { fillSearchAttributes, REMOVED_SECONDS } from './fillValues.ts';
import { addSearchAttribute, listSearchAttributes, removeSearchAttribute } from './registry.ts';
import { MAX_SEARCH_ATTRIBUTES } from './searchAttribute.ts';

let archive: TestArchive;
beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());

const PROTOCOL = { tag: '00181030', creator: '', vr: 'LO', level: 'series' } as const;

const ofProtocol = (seed: string, ProtocolName: string): FactoryInstance =>
  anInstance({ ProtocolName }, { seed });

/** Protocol names by study, as searches find them. */
async function values(instance: FactoryInstance): Promise<string[]> {
  const { rows } = await archive.index.query<{ value: string }>(
    `SELECT v.value FROM searchable_value v JOIN instance i USING (instance_id, series_id, study_id)
      WHERE i.sop_instance_uid = $1 ORDER BY v.value`,
    [instance.sopInstanceUid],
  );
  return rows.map(({ value }) => value);
}

async function fill(): Promise<void> {
  for (let steps = 0; steps < 1000; steps += 1)
    if ((await fillSearchAttributes(archive.index)) === 'idle') return;
  throw new Error('filling does not come to an end');
}

const before = ofProtocol('before', 'Chest routine');
const after = ofProtocol('after', 'Knee');

test('without registered attributes nothing is kept of what is stored', async () => {
  await archive.store([before.bytes]);
  expect(await values(before)).toEqual([]);
  expect(await fillSearchAttributes(archive.index)).toBe('idle');
});

test('what is stored later is found at once, what was stored before when it was read', async () => {
  expect(await addSearchAttribute(archive.index, PROTOCOL)).toBe('added');
  expect(await addSearchAttribute(archive.index, PROTOCOL)).toBe('known');
  await archive.store([after.bytes]);
  expect(await values(after)).toEqual(['Knee']);
  expect(await values(before)).toEqual([]);
  expect(await listSearchAttributes(archive.index)).toMatchObject([
    { ...PROTOCOL, ready: false, instances: null },
  ]);
  await fill();
  expect(await values(before)).toEqual(['Chest routine']);
  expect(await values(after)).toEqual(['Knee']);
  expect(await listSearchAttributes(archive.index)).toMatchObject([
    { ...PROTOCOL, ready: true, filled: 2, instances: 2, lastError: null },
  ]);
});

test('deleted instances lose their values and get them back when they are recovered', async () => {
  const path = { study: after.studyInstanceUid, series: null, instance: null };
  await deleteInstances(archive.index, archive.correcting, path, null, { code: 'WRONG_PATIENT', text: '' });
  expect(await values(after)).toEqual([]);
  await recoverInstances(archive.index, archive.correcting, path.study, endedOfStudy(path.study), null, {
    code: 'MISTAKE',
    text: '',
  });
  expect(await values(after)).toEqual(['Knee']);
});

test('a corrected instance has the values of its new version', async () => {
  expect(await archive.store([ofProtocol('after', 'Knee left').bytes], { author: PERSON })).toEqual([
    'corrected',
  ]);
  expect(await values(after)).toEqual(['Knee left']);
});

test('a version that is kept aside changes nothing', async () => {
  expect(await archive.store([ofProtocol('after', 'Elbow').bytes])).toEqual(['keptAside']);
  expect(await values(after)).toEqual(['Knee left']);
});

test('a store that could not see the attribute yet is waited for', async () => {
  const description = { tag: '0008103E', creator: '', vr: 'LO', level: 'series' } as const;
  const client = await archive.index.connect();
  try {
    await client.query('BEGIN');
    // As a store that has locked its study.
    await client.query('SELECT FROM study FOR NO KEY UPDATE');
    await addSearchAttribute(archive.index, description);
    expect(await fillSearchAttributes(archive.index)).toBe('waiting');
    expect(await fillSearchAttributes(archive.index)).toBe('waiting');
    expect(await fillSearchAttributes(archive.index)).toBe('waiting');
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  await fill();
  expect(await listSearchAttributes(archive.index)).toMatchObject([{ ready: true }, { ready: true }]);
});

test('a removed attribute is no longer listed, and its values go after a while', async () => {
  expect(await removeSearchAttribute(archive.index, PROTOCOL)).toBe(true);
  expect(await removeSearchAttribute(archive.index, PROTOCOL)).toBe(false);
  const count = async (): Promise<number> => {
    const { rows } = await archive.index.query<{ count: number }>(
      `SELECT count(*) FROM searchable_value WHERE value LIKE 'Knee%'`,
    );
    return rows[0]!.count;
  };
  await fill();
  expect(await count()).toBe(1);
  await archive.index.query(
    'UPDATE search_attribute SET removed_at = removed_at - make_interval(secs => $1)',
    [REMOVED_SECONDS + 1],
  );
  await fill();
  expect(await count()).toBe(0);
  // It may be added again, and is filled anew.
  expect(await addSearchAttribute(archive.index, PROTOCOL)).toBe('added');
  await fill();
  expect(await values(after)).toContain('Knee left');
});

test('no more than the most are taken', async () => {
  const added: string[] = [];
  for (let i = 0; i < MAX_SEARCH_ATTRIBUTES; i += 1) {
    const tag = `0021xx${i.toString(16).toUpperCase().padStart(2, '0')}`;
    added.push(
      await addSearchAttribute(archive.index, { tag, creator: 'ACME', vr: 'LO', level: 'instance' }),
    );
  }
  expect(added.filter((outcome) => outcome === 'added')).toHaveLength(MAX_SEARCH_ATTRIBUTES - 2);
  expect(added.at(-1)).toBe('full');
});
