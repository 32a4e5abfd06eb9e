import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { openTestArchive, PERSON, type TestArchive } from '../corrections/testing.ts';
import { createHold, releaseHold } from '../holds/holds.ts';
import { forgetShares } from './forgetShares.ts';

let archive: TestArchive;
beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());

const study = aCtStudy({ seed: 'share that is forgotten', slices: 1, rows: 4, columns: 4 });

/** A share that ended so many days ago, with a file that came back, an opening and a wrong factor. */
async function aShare(name: string, daysAgo: number): Promise<{ id: string; key: string }> {
  const { rows } = await archive.index.query<{ id: string }>(
    `INSERT INTO share (alias, token_hash, hospital_code, may_download, not_before, expires_at, factor, audience,
                        guardian_name, guardian_relation, author_kind, author_id, author_name)
     VALUES ($1, sha256(convert_to($1::text, 'UTF8')), 'h1', true, now() - make_interval(days => $2 + 1),
             now() - make_interval(days => $2), 'none', 'guardian', 'Mother', 'parent', 'person', 'li', 'Li')
     RETURNING share_id AS id`,
    [name, daysAgo],
  );
  const id = rows[0]?.id ?? '';
  const key = `replies/h1/${id}/one`;
  await archive.objects.put(key, Buffer.from('%PDF'), {});
  await archive.index.query('INSERT INTO share_study (share_id, study_instance_uid) VALUES ($1, $2)', [
    id,
    study.studyInstanceUid,
  ]);
  await archive.index.query(
    `INSERT INTO share_reply (reply_id, share_id, object_key, media_type, size, sha256, file_name, sender, note, address)
     VALUES (gen_random_uuid(), $1, $2, 'application/pdf', 4, '', 'a.pdf', '', '', '10.0.0.1')`,
    [id, key],
  );
  return { id, key };
}
const there = async ({ id, key }: { id: string; key: string }): Promise<[boolean, boolean]> => {
  const { rowCount } = await archive.index.query('SELECT FROM share WHERE share_id = $1', [id]);
  const bytes = await archive.objects.get(key).then(buffer, () => null);
  return [rowCount === 1, bytes !== null];
};

test('shares are forgotten with what came back through them once they ended long enough ago', async () => {
  await archive.store(study.instances.map(({ bytes }) => bytes));
  const [old, young] = [await aShare('aaaaaaaaaaa2', 40), await aShare('aaaaaaaaaaa3', 20)];
  expect(await forgetShares(archive.index, archive.objects, 0)).toBe(0);
  expect(await there(old)).toEqual([true, true]);
  expect(await forgetShares(archive.index, archive.objects, 30)).toBe(1);
  expect(await there(old)).toEqual([false, false]);
  expect(await there(young)).toEqual([true, true]);
});

test('shares of a study under a legal hold stay until that is released', async () => {
  const held = await aShare('aaaaaaaaaaa4', 40);
  const hold = await createHold(archive.index, archive.objects, {
    hospital: 'h1',
    on: { study: study.studyInstanceUid },
    reason: '诉讼',
    until: null,
    author: PERSON,
  });
  expect(await forgetShares(archive.index, archive.objects, 30)).toBe(0);
  expect(await there(held)).toEqual([true, true]);
  await releaseHold(archive.index, archive.objects, {
    id: hold?.id ?? 0,
    reason: '结案',
    author: PERSON,
    hospitals: null,
  });
  expect(await forgetShares(archive.index, archive.objects, 30)).toBe(1);
  expect(await there(held)).toEqual([false, false]);
});

test('wrong factors are forgotten though no more of them come', async () => {
  await archive.index.query(
    `INSERT INTO share_failure (share_id, address, network, at) VALUES
       (NULL, '10.0.0.1', '10.0.0.1', now() - interval '91 days'), (NULL, '10.0.0.1', '10.0.0.1', now())`,
  );
  await forgetShares(archive.index, archive.objects, 0);
  const { rows } = await archive.index.query<{ n: number }>('SELECT count(*)::int AS n FROM share_failure');
  expect(rows).toEqual([{ n: 1 }]);
});
