import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { IdentifierRefused } from '../persons/identifiers.ts';
import { type PersonKeys, PersonKeysMissing } from '../persons/personKeys.ts';
import { registerPatient } from '../persons/registerPatient.ts';
import type { PatientMessage } from './messages.ts';

/** What became of a patient of a message, and why not where it was refused; never a value of it. */
export type PatientOutcome = { outcome: 'registered' } | { outcome: 'refused'; zh: string; en: string };

/**
 * Makes patients of one hospital known, each in a transaction of its own: those that are refused do not keep the others from
 * it, and the same message again does no harm.
 *
 * @returns what became of each, in their order
 */
export async function savePatients(
  index: pg.Pool,
  keys: PersonKeys,
  hospital: string,
  patients: readonly PatientMessage[],
  author: Author,
): Promise<PatientOutcome[]> {
  const outcomes: PatientOutcome[] = [];
  for (const patient of patients) {
    try {
      await inTransaction(index, (client) => registerPatient(client, keys, { ...patient, hospital, author }));
      outcomes.push({ outcome: 'registered' });
    } catch (error) {
      if (error instanceof IdentifierRefused) {
        const words = (language: 'zh' | 'en'): string =>
          [...new Set(error.problems.map((one) => one[language]))].join(language === 'zh' ? '；' : '; ');
        outcomes.push({ outcome: 'refused', zh: words('zh'), en: words('en') });
      } else if (error instanceof PersonKeysMissing)
        outcomes.push({ outcome: 'refused', zh: error.zh, en: error.en });
      else throw error;
    }
  }
  return outcomes;
}
