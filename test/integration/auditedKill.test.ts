import fs from 'node:fs';
import { aCtStudy } from '@hutong/test/factories';
import { expect, test } from 'vitest';
import { hutong, startCloud, temporaryFolder } from '../harness/cloud.ts';
import { store } from '../harness/dicomweb.ts';
import { addHospital, askIndex, HOSPITAL } from '../harness/killNine.ts';
import { eventually } from '../harness/processes.ts';

const STUDIES = 80;
/** What can be read of a study, and how the record calls it. */
const WAYS = [
  ['metadata', '/metadata', 'application/dicom+json'],
  ['retrieve', '', 'multipart/related; type="application/dicom"; transfer-syntax=*'],
] as const;

test('kill -9 while clients read: every study that was answered is on record, and the chains are whole', async () => {
  const dataDirectory = temporaryFolder('audited');
  const settings = { HUTONG_DATA: dataDirectory };
  let cloud = await startCloud(settings);
  try {
    const key = await addHospital(cloud);
    const studies = Array.from({ length: STUDIES }, (_, n) => aCtStudy({ seed: `audited ${n}` }));
    for (const study of studies) {
      const { stored } = await store(
        cloud.url,
        key,
        study.instances.map(({ bytes }) => bytes),
      );
      expect(stored).toHaveLength(study.instances.length);
    }
    const answered = new Set<string>();
    const client = async (): Promise<void> => {
      for (;;) {
        const study = studies[Math.floor(Math.random() * STUDIES)];
        const [action, path, accept] = WAYS[Math.floor(Math.random() * WAYS.length)] ?? WAYS[0];
        const uid = study?.studyInstanceUid ?? '';
        try {
          const answer = await fetch(`${cloud.url}/dicomweb/studies/${uid}${path}`, {
            headers: { Authorization: `Bearer ${key}`, Accept: accept },
          });
          // The head of the answer is enough: nothing of it may come before its record.
          if (answer.status === 200) answered.add(`${action} ${uid}`);
          await answer.arrayBuffer();
        } catch {
          return;
        }
      }
    };
    const clients = Promise.all(Array.from({ length: 6 }, client));
    await eventually('enough was answered', () => Promise.resolve(answered.size > STUDIES / 2), 60_000, 5);
    await cloud.kill9();
    await clients;
    cloud = await startCloud(settings);
    const rows = await askIndex<{ read: string }>(
      cloud,
      `SELECT DISTINCT action || ' ' || study_instance_uid AS read FROM audit_event
        WHERE hospital_code = $1 AND outcome = 'success'`,
      [HOSPITAL],
    );
    const recorded = new Set(rows.map(({ read }) => read));
    expect([...answered].filter((read) => !recorded.has(read))).toEqual([]);
    const env = { ...cloud.env, HUTONG_DATA: dataDirectory };
    expect(await hutong(['audit', 'verify'], env)).toMatch(/, 0 faults$/);
  } finally {
    await cloud.stop();
    fs.rmSync(dataDirectory, { recursive: true, force: true });
  }
});
