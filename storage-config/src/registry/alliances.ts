import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { findHospital } from './hospitals.ts';
import { chineseDay } from './recognisingHospitals.ts';
import { noteRegistryEvent } from './registryEvents.ts';
import { RegistryFault, unknownHospital } from './registryFault.ts';
import { lockRegistry } from './scopes.ts';

/** Hospitals that agreed on something (医联体). */
export interface Alliance {
  code: string;
  nameZh: string;
  nameEn: string;
}

/** Days are YYYY-MM-DD; on `leftOn` it is a member no more. */
export interface AllianceMember {
  alliance: string;
  hospital: string;
  joinedOn: string;
  leftOn: string | null;
}

/** All alliances, by code. */
export async function listAlliances(client: pg.Pool | pg.PoolClient): Promise<Alliance[]> {
  const { rows } = await client.query<Alliance>(
    'SELECT code, name_zh AS "nameZh", name_en AS "nameEn" FROM alliance ORDER BY code',
  );
  return rows;
}

/** Who belongs to what, former members too. */
export async function listAllianceMembers(client: pg.Pool | pg.PoolClient): Promise<AllianceMember[]> {
  const { rows } = await client.query<AllianceMember>(
    `SELECT alliance_code AS alliance, hospital_code AS hospital, to_char(joined_on, 'YYYY-MM-DD') AS "joinedOn",
            to_char(left_on, 'YYYY-MM-DD') AS "leftOn"
       FROM alliance_member ORDER BY alliance_code, hospital_code, joined_on`,
  );
  return rows;
}

/** Adds an alliance, or changes its names. */
export async function saveAlliance(client: pg.PoolClient, alliance: Alliance, author: Author): Promise<void> {
  await lockRegistry(client);
  const before = (await listAlliances(client)).find(({ code }) => code === alliance.code) ?? null;
  await client.query(
    `INSERT INTO alliance (code, name_zh, name_en) VALUES ($1, $2, $3)
     ON CONFLICT (code) DO UPDATE SET name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en`,
    [alliance.code, alliance.nameZh, alliance.nameEn],
  );
  await noteRegistryEvent(client, {
    kind: 'alliance',
    subject: alliance.code,
    before,
    after: alliance,
    author,
  });
}

/** A hospital becomes a member, or is one no more, from a day on. @throws RegistryFault */
export async function changeAllianceMember(
  client: pg.PoolClient,
  change: { alliance: string; hospital: string; how: 'join' | 'leave'; day?: string | undefined },
  author: Author,
): Promise<AllianceMember> {
  const { alliance, hospital, how, day = chineseDay() } = change;
  await lockRegistry(client);
  if ((await findHospital(client, hospital)) === null) throw unknownHospital(hospital);
  if (!(await listAlliances(client)).some(({ code }) => code === alliance))
    throw new RegistryFault('unknown', '没有该医联体。', 'There is no such alliance.');
  const former = (await listAllianceMembers(client)).filter(
    (one) => one.alliance === alliance && one.hospital === hospital,
  );
  const present = former.find(({ leftOn }) => leftOn === null);
  if (how === 'join') {
    if (present !== undefined)
      throw new RegistryFault('already', '该医院已是成员。', 'The hospital is a member already.');
    if (former.some(({ leftOn }) => leftOn !== null && leftOn > day))
      throw new RegistryFault(
        'bad-day',
        '加入日期早于上次退出日期。',
        'The day is before the one on which it left.',
      );
    await client.query(
      `INSERT INTO alliance_member (alliance_code, hospital_code, joined_on) VALUES ($1, $2, $3)`,
      [alliance, hospital, day],
    );
  } else {
    if (present === undefined)
      throw new RegistryFault('not-member', '该医院不是成员。', 'The hospital is no member.');
    if (day < present.joinedOn)
      throw new RegistryFault(
        'bad-day',
        '退出日期早于加入日期。',
        'The day is before the one on which it joined.',
      );
    await client.query(
      `UPDATE alliance_member SET left_on = $3 WHERE alliance_code = $1 AND hospital_code = $2 AND left_on IS NULL`,
      [alliance, hospital, day],
    );
  }
  const after: AllianceMember =
    how === 'join'
      ? { alliance, hospital, joinedOn: day, leftOn: null }
      : { ...member(present), leftOn: day };
  await noteRegistryEvent(client, {
    kind: 'allianceMember',
    subject: alliance,
    hospital,
    before: how === 'join' ? null : member(present),
    after,
    author,
  });
  return after;
}

function member(one: AllianceMember | undefined): AllianceMember {
  if (one === undefined) throw new Error('there is no such member');
  return one;
}
