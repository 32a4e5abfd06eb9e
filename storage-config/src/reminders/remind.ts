import { randomUUID } from 'node:crypto';
import { type Catalogue, examNameOf, itemsOfOrder } from '@hutong/conformance';
import {
  longestAgeOf,
  type MatrixWord,
  type RecognisingHospital,
  type RecognitionPolicy,
  wordForLabels,
} from '@hutong/recognition';
import type pg from 'pg';
import { readMappingsOfStudies } from '../examMappings/readMappings.ts';
import { noteOrderedExams } from '../orders/noteOrderedExams.ts';
import { personOfPatient } from '../persons/findPersons.ts';
import { findMatches, type FoundMatch } from './findMatches.ts';
import { isFindable } from './isFindable.ts';
import type { AskedOrder, NoMatchReason, Reminder, ReminderMatch, ReminderRequest } from './reminder.ts';
import { isSameItem } from './sameItem.ts';
import { saveReminders } from './saveReminders.ts';

/** Studies that one exam is answered with at most, the newest. */
export const MOST_MATCHES = 10;

/** What holds for every reminder of a moment: policy, hospitals, lists. */
export interface ReminderWorld {
  policy: RecognitionPolicy;
  hospitals: ReadonlyMap<string, RecognisingHospital>;
  /** The list in force today in a region. */
  catalogueOf: (region: string) => Catalogue;
  /** A version of a list that judged studies; null: there is none. */
  readCatalogue: (id: string, version: string) => Promise<Catalogue | null>;
  /** Today, YYYY-MM-DD. */
  day: string;
}

export interface Reminded {
  /** What was asked at once; the card is of it. */
  call: string;
  /** One for each exam, in their order. */
  reminders: Reminder[];
  /** The patient is known to be a person, so that studies of other hospitals were looked for. */
  linked: boolean;
  /** Identifiers alone say who it is: the hospital that asks never said that it has such a patient. */
  byIdentifiersAlone: boolean;
}

/**
 * Which recognised studies answer the exams that somebody is about to order (S2), with what the matrix says of each. Only
 * studies of the very same item do: an enhanced exam is not answered by a plain one. What is answered is on record, also that
 * there was nothing, before this returns.
 *
 * @param alongside writes what else has to be on record by then, while the reminder is written
 */
export async function remind(
  client: pg.Pool,
  request: ReminderRequest,
  world: ReminderWorld,
  alongside: (reminded: Omit<Reminded, 'linked'>) => Promise<unknown> = () => Promise.resolve(),
): Promise<Reminded> {
  const startedAt = performance.now();
  const [own, asked] = await Promise.all([personOf(client, request), itemsOf(client, request, world)]);
  const isOther = own !== null && request.identified !== null && own !== request.identified;
  const person = isOther ? null : (request.identified ?? own);
  const codes = [...new Set(asked.flatMap(({ itemCodes }) => itemCodes))];
  const found = isOther
    ? []
    : await findMatches(client, {
        hospital: request.hospital,
        patientId: own === null ? request.patientId : '',
        issuerOfPatientId: request.issuerOfPatientId,
        person,
        items: codes.map((code) => ({ code, ...studyDates(world.day, longestAgeOf(world.policy, code)) })),
      });
  const meant = await withItemMeant(found, request.hospital, world);
  const matches = meant.flatMap((one) => matchOf(one, request.hospital, world) ?? []);
  const reminders = asked.map((exam): Reminder => {
    const named = namedFirst(matches.filter(({ itemCode }) => exam.itemCodes.includes(itemCode)));
    const emptyBecause = named.length > 0 ? null : isOther ? 'otherPerson' : whyNone(exam);
    return { ...exam, id: randomUUID(), emptyBecause, matches: named };
  });
  const call = randomUUID();
  const unmapped = reminders.flatMap(({ exam, emptyBecause }) => (emptyBecause === 'unmapped' ? [exam] : []));
  const byIdentifiersAlone = person !== null && own === null;
  const milliseconds = Math.round(performance.now() - startedAt);
  const [linked] = await Promise.all([
    // That somebody is known in hospitals that let nothing be found is nothing to be found either.
    byIdentifiersAlone ? isFindable(client, person, request.hospital) : person !== null,
    saveReminders(client, { call, request, person, reminders, milliseconds }),
    noteOrderedExams(client, request.hospital, unmapped),
    alongside({ call, reminders, byIdentifiersAlone }),
  ]);
  return { call, reminders, linked, byIdentifiersAlone };
}

async function personOf(
  client: pg.Pool,
  { hospital, patientId, issuerOfPatientId }: ReminderRequest,
): Promise<string | null> {
  return patientId === '' ? null : personOfPatient(client, hospital, patientId, issuerOfPatientId);
}

type AskedItems = Pick<Reminder, 'exam' | 'itemCodes' | 'how'>;

/** The same mapping as of studies: the hospital's table, then LOINC, then words that leave no doubt. */
async function itemsOf(
  client: pg.Pool,
  { hospital, exams }: ReminderRequest,
  { hospitals, catalogueOf }: ReminderWorld,
): Promise<AskedItems[]> {
  const names = exams.flatMap((exam) => callsOf(exam).flatMap((call) => examNameOf(call) ?? []));
  const [mapping = []] = await readMappingsOfStudies(client, [{ hospital, names }]);
  const catalogue = catalogueOf(hospitals.get(hospital)?.region ?? '');
  return exams.map((exam: AskedOrder) => {
    const found = callsOf(exam).map((call) => itemsOfOrder(call, catalogue, mapping));
    // What people mapped goes before what words seem to say.
    const [best] = TRUST.flatMap((how) => found.find((one) => one.how === how) ?? []);
    return { exam, itemCodes: best?.itemCodes ?? [], how: best?.how ?? 'unknown' };
  });
}

const TRUST = ['table', 'loinc', 'unlisted', 'name', 'unknown'] as const;

/** An exam by each of its codes. */
const callsOf = ({ otherCodes = [], ...exam }: AskedOrder): Omit<AskedOrder, 'otherCodes'>[] => [
  exam,
  ...otherCodes.map((other) => ({ ...exam, ...other })),
];

/** Those whose item is the one that the hospital that asks knows by this code. */
async function withItemMeant(
  found: readonly FoundMatch[],
  asking: string,
  { hospitals, catalogueOf, readCatalogue }: ReminderWorld,
): Promise<FoundMatch[]> {
  const asked = catalogueOf(hospitals.get(asking)?.region ?? '');
  const isMeant = await Promise.all(
    found.map(async ({ itemCode, list }) => {
      if (list === null) return true;
      if (list.id === asked.id && list.version === asked.version) return true;
      const judged = await readCatalogue(list.id, list.version);
      return judged !== null && isSameItem(itemCode, judged, asked);
    }),
  );
  return found.filter((_, at) => isMeant[at]);
}

function whyNone({ itemCodes, how }: AskedItems): NoMatchReason {
  if (itemCodes.length > 0) return 'noStudy';
  return how === 'unknown' ? 'unmapped' : 'notListed';
}

const DAY_MS = 86_400_000;
const compact = (time: number): string => new Date(time).toISOString().slice(0, 10).replaceAll('-', '');

/** A day later than today as well: the clock of a device may be ahead around midnight. */
function studyDates(day: string, longest: number): { since: string; until: string } {
  const today = Date.parse(day);
  return { since: compact(today - longest * DAY_MS), until: compact(today + DAY_MS) };
}

/** null for a date that cannot be: of an examination whose age is not known nothing is said. */
function ageOf(studyDate: string, day: string): number | null {
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)$/.exec(studyDate) ?? [];
  const made = Date.parse(`${year}-${month}-${date}`);
  if (Number.isNaN(made) || compact(made) !== studyDate) return null;
  return Math.max(0, Math.round((Date.parse(day) - made) / DAY_MS));
}

function matchOf(
  found: FoundMatch,
  viewing: string,
  { policy, hospitals, day }: ReminderWorld,
): Omit<ReminderMatch, 'position'> | null {
  const ageDays = ageOf(found.studyDate, day);
  const [issuer, viewer] = [hospitals.get(found.hospital), hospitals.get(viewing)];
  if (ageDays === null || issuer === undefined || viewer === undefined) return null;
  const scopes = found.labels.map(({ scope }) => scope);
  const said = wordForLabels(policy, scopes, issuer, viewer, { itemCode: found.itemCode, ageDays });
  if (said === null) return null;
  const { word, rule, because }: MatrixWord = said;
  return {
    hospital: found.hospital,
    patientId: found.patientId,
    studyInstanceUid: found.studyInstanceUid,
    itemCode: found.itemCode,
    studyDate: found.studyDate,
    ageDays,
    modalities: found.modalities,
    labels: found.labels.map(({ text }) => text),
    word,
    rule,
    because,
    own: found.hospital === viewing,
  };
}

/** Those whose label is for this hospital first, the newest of them first; a study once, also where two hospitals have it. */
function namedFirst(matches: readonly Omit<ReminderMatch, 'position'>[]): ReminderMatch[] {
  const isNamed = ({ word }: Pick<ReminderMatch, 'word'>): number => (word === 'NOT_IN_SCOPE' ? 1 : 0);
  const seen = new Set<string>();
  return matches
    .toSorted((a, b) => isNamed(a) - isNamed(b))
    .filter(({ studyInstanceUid, itemCode }) => {
      const key = `${studyInstanceUid} ${itemCode}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MOST_MATCHES)
    .map((match, position) => ({ ...match, position }));
}
