import {
  centresOf,
  isRegistryFault,
  knownItems,
  type KnownItem,
  type RegistryFault,
  type RegistryView,
} from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { callerOf, hospitalsWith, type Hospitals, type ServerParts } from '../context.ts';
import { type HttpProblem, problem } from '../problem.ts';

export type RegistryParts = Pick<ServerParts, 'index' | 'objects' | 'audit' | 'config'>;

/** What of the registry the caller sees and may enter. */
export async function registryViewOf(
  { index }: Pick<RegistryParts, 'index'>,
  res: Response,
): Promise<RegistryView> {
  const caller = callerOf(res);
  const hospitals = hospitalsWith(caller, 'registry');
  const centres = caller.account === null ? [] : await centresOf(index, caller.account.id);
  return { hospitals, centres };
}

/** Hospitals whose device tests the caller may enter; null: all. */
export const deviceHospitals = (res: Response): Hospitals => hospitalsWith(callerOf(res), 'registry');

/** Whether the caller keeps the registry of the whole region. */
export const keepsRegion = (res: Response): boolean => hospitalsWith(callerOf(res), 'registry') === null;

/** Whether the caller administers the whole region. */
export const administersRegion = (res: Response): boolean => hospitalsWith(callerOf(res), 'admin') === null;

/** @throws HttpProblem 403 */
export function requireRegion(res: Response): void {
  if (!keepsRegion(res))
    throw problem('forbidden', {
      detail: 'This is kept by who holds the scope "registry" for the whole region.',
      detailZh: '此项由持有全区域“registry”权限的人员维护。',
    });
}

/** What a fault of the registry is over HTTP. */
export function problemOf(fault: RegistryFault): HttpProblem {
  const { code, text } = fault;
  const words = { detail: text.en, detailZh: text.zh };
  if (code === 'not-allowed') return problem('forbidden', words);
  if (code === 'unknown') return problem('not-found', words);
  if (code === 'already' || code === 'ended') return problem('conflict', words);
  return problem('bad-request', words);
}

/** Does something with the registry; what it does not take becomes an answer. @throws HttpProblem */
export async function taken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isRegistryFault(error) ? problemOf(error) : error;
  }
}

/** An item of the path or body that may have gone from the lists. */
export const itemsOf = ({ index }: Pick<RegistryParts, 'index'>): Promise<Map<string, KnownItem>> =>
  knownItems(index);

/** A number of the path. @throws HttpProblem 404 */
export function idOf(req: Request, name: string): number {
  const given = String(req.params[name]);
  if (!/^[1-9]\d{0,14}$/.test(given)) throw problem('not-found');
  return Number(given);
}

/** Kinds of members of bodies. */
export const fields = {
  code: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  name: z.string().trim().min(1).max(200),
  scope: z.string().trim().min(1).max(64),
  day: z.iso.date(),
  reason: z.string().trim().min(1).max(1000),
  short: z.string().trim().max(64),
  text: z.string().trim().max(200),
};
