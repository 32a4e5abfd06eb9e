import type { Bilingual } from '@hutong/conformance';
import {
  chineseDay,
  listHospitals,
  readRecognitionPolicy,
  recognisingHospitals,
  type ReminderWorld,
} from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';
import type { HospitalRef } from '../contract/hospital.ts';
import { cataloguesSource } from '../dicomweb/cataloguesInUse.ts';

/** How long policy, registry and lists are believed, in milliseconds. Labels, links and access are read each time. */
const BELIEVED_MS = 2000;

/** What reminders of a moment rest on, with names for people. */
export interface NamedWorld extends ReminderWorld {
  ref: (hospital: string) => HospitalRef;
  itemName: (code: string, hospital: string) => Bilingual;
}

export type WorldSource = () => Promise<NamedWorld>;

/** Reads what reminders rest on, at most every two seconds. */
export function worldSource(parts: Pick<ServerParts, 'index' | 'config'>): WorldSource {
  const catalogues = cataloguesSource(parts);
  let known: { world: Promise<NamedWorld>; until: number } | undefined;

  async function load(): Promise<NamedWorld> {
    const { index, config } = parts;
    const [{ policy }, hospitals, named, inUse] = await Promise.all([
      readRecognitionPolicy(index),
      recognisingHospitals(index, config.regionName),
      listHospitals(index),
      catalogues(),
    ]);
    const names = new Map(named.map(({ code, nameZh, nameEn }) => [code, { zh: nameZh, en: nameEn }]));
    return {
      policy,
      hospitals,
      catalogueOf: inUse.ofRegion,
      readCatalogue: inUse.read,
      day: chineseDay(),
      ref: (code) => ({ code, name: names.get(code) ?? { zh: code, en: code } }),
      itemName: (code, hospital) => inUse.itemName(code, hospitals.get(hospital)?.region ?? ''),
    };
  }

  return () => {
    if (known === undefined || known.until < performance.now()) {
      const world = load();
      known = { world, until: performance.now() + BELIEVED_MS };
      world.catch(() => {
        known = undefined;
      });
    }
    return known.world;
  };
}
