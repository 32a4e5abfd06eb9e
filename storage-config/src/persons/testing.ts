/** For tests: ID-card numbers that are right, and patients. */
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction } from '../database.ts';
import { createHospital } from '../index.ts';
import { checkCharacter } from './idCard.ts';
import { personKeys } from './personKeys.ts';
import { type GivenPatient, registerPatient, type RegisteredPatient } from './registerPatient.ts';

export const TEST_AUTHOR = { kind: 'machine', id: 'his', name: 'HIS' } as const;
export const TEST_KEYS = personKeys([randomBytes(32)]);

/** An ID-card number of somebody, with its check character. */
export function idCardNumber(birthDate: string, sequence = '123', division = '362127'): string {
  const digits = `${division}${birthDate}${sequence}`;
  return `${digits}${checkCharacter(digits)}`;
}

export const patientOf = (
  hospital: string,
  patientId: string,
  more: Partial<GivenPatient> = {},
): GivenPatient => ({
  hospital,
  patientId,
  name: 'ZHANG^WEI=张^伟',
  sex: 'M',
  birthDate: '19800102',
  author: TEST_AUTHOR,
  ...more,
});

export const register = (pool: Pool, given: GivenPatient, keys = TEST_KEYS): Promise<RegisteredPatient> =>
  inTransaction(pool, (client) => registerPatient(client, keys, given));

export async function addHospitals(pool: Pool, ...codes: string[]): Promise<void> {
  for (const code of codes)
    await createHospital(pool, { code, nameZh: `${code}医院`, nameEn: `Hospital ${code}` });
}
