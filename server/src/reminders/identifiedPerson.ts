import {
  type GivenIdentifier,
  IdentifierRefused,
  personByIdentifiers,
  PersonKeysMissing,
} from '@hutong/storage-config';
import type { RemindersAnswer } from '../contract/reminders.ts';
import type { ReminderParts } from './ask.ts';

interface Identified {
  person: string | null;
  ignored: RemindersAnswer['ignoredIdentifiers'];
}

/** The person whom identifiers name. Those that cannot be what they are said to be are left out, and said so. */
export async function identifiedPerson(
  { index, personKeys }: ReminderParts,
  given: readonly GivenIdentifier[],
): Promise<Identified> {
  const find = (usable: readonly GivenIdentifier[]) =>
    usable.length === 0 ? null : personByIdentifiers(index, personKeys, usable);
  try {
    return { person: await find(given), ignored: [] };
  } catch (error) {
    if (error instanceof PersonKeysMissing) {
      const because = { zh: error.zh, en: error.en };
      return { person: null, ignored: given.map((_, at) => ({ index: at, because })) };
    }
    if (!(error instanceof IdentifierRefused)) throw error;
    const ignored = error.problems.map(({ index: at, zh, en }) => ({ index: at, because: { zh, en } }));
    const refused = new Set(ignored.map((one) => one.index));
    return { person: await find(given.filter((_, at) => !refused.has(at))), ignored };
  }
}
