import {
  IdentifierRefused,
  patientsOfPerson,
  personByIdentifiers,
  PersonKeysMissing,
} from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';
import type { LocalPatient } from '../fhirResources/patientIds.ts';
import { SYSTEMS } from '../fhirResources/references.ts';
import type { Token } from '../fhirResources/searchParameters.ts';

const KINDS: Readonly<Record<string, 'idCard' | 'healthCard'>> = {
  [SYSTEMS.idCard]: 'idCard',
  [SYSTEMS.healthCard]: 'healthCard',
};

/**
 * The patients of the person whom a number of an identity or health card names, in all hospitals; null for tokens of other
 * systems. Nobody for numbers that cannot be, and where the key to compare them with is missing.
 */
export async function patientsByCard(
  { index, personKeys }: Pick<ServerParts, 'index' | 'personKeys'>,
  { system, code }: Token,
): Promise<LocalPatient[] | null> {
  const kind = KINDS[system ?? ''];
  if (kind === undefined) return null;
  try {
    const person = await personByIdentifiers(index, personKeys, [{ kind, value: code }]);
    return person === null ? [] : await patientsOfPerson(index, person);
  } catch (error) {
    if (error instanceof IdentifierRefused || error instanceof PersonKeysMissing) return [];
    throw error;
  }
}
