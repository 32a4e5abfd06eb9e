import { isMonth, listHospitals, type HutongConfig } from '@hutong/storage-config';
import type { Pool } from 'pg';
import { type Caller, hospitalsWith, may } from '../context.ts';
import { badParameter } from '../listQuery.ts';
import { problem } from '../problem.ts';

/** A hospital that figures may be asked of. */
export interface ChosenHospital {
  code: string;
  name: { zh: string; en: string };
}

/** Hospitals whose figures the caller may see, by code. */
export async function hospitalChoices(index: Pool, caller: Caller): Promise<ChosenHospital[]> {
  const hospitals = await listHospitals(index);
  return hospitals
    .filter(({ code }) => may(caller, 'figures', code))
    .map(({ code, nameZh, nameEn }) => ({ code, name: { zh: nameZh, en: nameEn } }));
}

/** Whether the caller sees the whole region. */
export const seesRegion = (caller: Caller): boolean => hospitalsWith(caller, 'figures') === null;

/**
 * Whose figures are meant. Who holds the right for one hospital means it without saying so; others' hospitals are hidden.
 *
 * @returns null for the region
 * @throws HttpProblem 404 for a hospital that is not there or not in view; 400 where one of several has to be named
 */
export async function wantedHospital(
  index: Pool,
  caller: Caller,
  given: string | null,
): Promise<string | null> {
  const choices = await hospitalChoices(index, caller);
  if (given !== null) {
    if (choices.some(({ code }) => code === given)) return given;
    throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
  }
  if (seesRegion(caller)) return null;
  const [only] = choices;
  if (only === undefined || choices.length > 1) throw badParameter('hospital');
  return only.code;
}

/** @throws HttpProblem 400 for what is no month, or lies ahead by more than a month */
export function wantedMonth(given: string, present: string): string {
  if (!isMonth(given) || given > present) throw badParameter('month');
  return given;
}

/** What figures are calculated by, as the deployment is set. */
export const calculatedBy = ({
  timeZone,
  repeatDays,
  regionCode,
}: Pick<HutongConfig, 'timeZone' | 'repeatDays' | 'regionCode'>) => ({ timeZone, repeatDays, regionCode });
