import { type Bilingual, defaultCatalogue } from '@hutong/conformance';
import {
  type DecisionFact,
  decidedOf,
  type Deciding,
  type DepartmentFigures,
  type Elsewhere,
  type Figures,
  type HospitalFigures,
  type Issuing,
  type ItemFigures,
  NOTHING_COUNTED,
  reasonsOf,
} from '@hutong/recognition';
import type pg from 'pg';
import { CatalogueReader, cataloguesInForce } from '../catalogues/catalogueVersions.ts';
import { inTransaction, letStatementsRun } from '../database.ts';
import { decisionFacts } from './decisionFacts.ts';
import { type IssuingCounts, labelledCounts, storedCounts } from './issuingCounts.ts';
import { boundsOf, ISO, type Period, type PeriodValues } from './period.ts';
import { reportTurnaround } from '../orders/turnaround.ts';
import { pricesAt } from './prices.ts';
import { reminderCounts, type ReminderCounts, type Reminding } from './reminderCounts.ts';

/** What figures are asked for. */
export interface FiguresWanted {
  /** YYYY-MM. */
  month: string;
  hospital: string | null;
  timeZone: string;
  repeatDays: number;
  regionCode: string;
  /** ISO 8601; null: now. */
  asOf: string | null;
}

/** Longest that one statement of figures may run, in milliseconds. */
const STATEMENT_MS = 120_000;

/**
 * Calculates the figures of a month from what is recorded, in one snapshot. Nothing in them is about a single person.
 *
 * @param wanted its month and time zone were checked by `isMonth` and `isTimeZone`
 */
export function calculateFigures(index: pg.Pool, wanted: FiguresWanted): Promise<Figures> {
  return inTransaction(
    index,
    async (client) => {
      await letStatementsRun(client, STATEMENT_MS);
      // Estimates of a new database are far off, and compiling for them takes longer than the work.
      await client.query(`SET LOCAL jit = off; SET LOCAL work_mem = '64MB'`);
      const asOf = wanted.asOf ?? (await nowOf(client));
      return figuresIn(client, { ...wanted, asOf });
    },
    { isolation: 'repeatable read' },
  );
}

/** The moment of the snapshot, with microseconds as rows have them. */
async function nowOf(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ now: string }>(
    `SELECT to_char(now() AT TIME ZONE 'UTC', ${ISO}) AS now`,
  );
  return rows[0]?.now ?? new Date().toISOString();
}

async function figuresIn(client: pg.PoolClient, wanted: FiguresWanted & { asOf: string }): Promise<Figures> {
  const { month, hospital, timeZone, repeatDays, regionCode, asOf } = wanted;
  const period: Period = { month, hospital, timeZone, repeatDays, asOf };
  const bounds = await boundsOf(client, period);
  const values: PeriodValues = [bounds.from, bounds.until, asOf, hospital, timeZone];
  const known = await hospitalsOf(client);
  const stored = await storedCounts(client, values);
  const labelled = await labelledCounts(client, values);
  const reminders = await reminderCounts(client, values);
  const prices = await pricesAt(client, asOf);
  const all = await decisionFacts(client, values, repeatDays, { prices, hospitals: known, regionCode });
  const facts = all.filter((fact) => hospital === null || fact.hospital === hospital);
  const elsewhere = elsewhereOf(all, reminders);
  const counts = { stored, labelled };
  const items = itemRows(facts, counts, reminders);
  const hospitals = hospitalRows(facts, counts, reminders, elsewhere, hospital);
  const turnaround = await reportTurnaround(client, {
    from: new Date(bounds.from),
    until: new Date(bounds.until),
    asOf: new Date(asOf),
    hospitals: hospital === null ? null : [hospital],
  });
  return {
    version: 1,
    month,
    hospital,
    asOf,
    complete: bounds.complete,
    parameters: { timeZone, repeatDays, regionCode },
    total: {
      stored: stored.total,
      labelled: labelled.total,
      ...decidingOf(facts, reminders.total),
    },
    elsewhere: hospital === null ? null : elsewhere(hospital),
    hospitals,
    departments: departmentRows(facts, reminders),
    items,
    reasons: reasonsOf(facts),
    turnaround,
    notes: {
      answers: reminders.answers,
      withdrawnDecisions: facts.filter(({ kind }) => kind === 'withdrawn').length,
      unlinkedItems: facts.filter(({ kind, linked }) => kind !== 'withdrawn' && !linked).length,
      labelsWithdrawn: labelled.withdrawn,
    },
    names: {
      hospitals: Object.fromEntries(
        [...new Set([...hospitals, ...turnaround].map((row) => row.hospital))].map((code) => [
          code,
          known.get(code)?.name ?? { zh: code, en: code },
        ]),
      ),
      items: await itemNames(
        client,
        items.map(({ itemCode }) => itemCode),
      ),
    },
  };
}

const NO_REMINDERS: Reminding = { reminded: NOTHING_COUNTED, viewed: NOTHING_COUNTED };

const decidingOf = (facts: readonly DecisionFact[], reminding: Reminding = NO_REMINDERS): Deciding => ({
  ...reminding,
  ...decidedOf(facts),
});

interface Counts {
  stored: IssuingCounts;
  labelled: IssuingCounts;
}

const issuingOf = (counts: Counts, of: 'hospitals' | 'items', code: string): Issuing => ({
  stored: counts.stored[of].get(code) ?? NOTHING_COUNTED,
  labelled: counts.labelled[of].get(code) ?? NOTHING_COUNTED,
});

function hospitalRows(
  facts: readonly DecisionFact[],
  counts: Counts,
  reminders: ReminderCounts,
  elsewhere: (hospital: string) => Elsewhere,
  only: string | null,
): HospitalFigures[] {
  const decided = Map.groupBy(facts, ({ hospital }) => hospital);
  const issued = new Set(facts.map(({ issuingHospital }) => issuingHospital));
  const all = keysOf(
    decided,
    issued,
    counts.stored.hospitals,
    counts.labelled.hospitals,
    reminders.hospitals,
    reminders.elsewhere,
  );
  return (only === null ? all : [only]).map((hospital) => ({
    hospital,
    ...issuingOf(counts, 'hospitals', hospital),
    ...decidingOf(decided.get(hospital) ?? [], reminders.hospitals.get(hospital)),
    elsewhere: elsewhere(hospital),
  }));
}

function departmentRows(facts: readonly DecisionFact[], reminders: ReminderCounts): DepartmentFigures[] {
  const decided = Map.groupBy(facts, ({ hospital, department }) => `${hospital}\n${department}`);
  return keysOf(decided, reminders.departments).map((key) => {
    // Codes of hospitals hold no line break; what hospital systems call their departments may.
    const end = key.indexOf('\n');
    const [hospital, department] = [key.slice(0, end), key.slice(end + 1)];
    return { hospital, department, ...decidingOf(decided.get(key) ?? [], reminders.departments.get(key)) };
  });
}

function itemRows(facts: readonly DecisionFact[], counts: Counts, reminders: ReminderCounts): ItemFigures[] {
  const decided = Map.groupBy(facts, ({ itemCode }) => itemCode);
  return keysOf(decided, counts.stored.items, counts.labelled.items, reminders.items).map((itemCode) => ({
    itemCode,
    ...issuingOf(counts, 'items', itemCode),
    ...decidingOf(decided.get(itemCode) ?? [], reminders.items.get(itemCode)),
  }));
}

/** Keys of any of them, in the order of their characters. */
const keysOf = (...maps: readonly { keys(): Iterable<string> }[]): string[] =>
  [...new Set(maps.flatMap((map) => [...map.keys()]))].toSorted((a, b) => (a < b ? -1 : 1));

function elsewhereOf(facts: readonly DecisionFact[], reminders: ReminderCounts) {
  const decided = Map.groupBy(facts, ({ issuingHospital }) => issuingHospital);
  return (hospital: string): Elsewhere => {
    const members = decided.get(hospital) ?? [];
    const { remindedItems, viewedItems } = reminders.elsewhere.get(hospital) ?? {
      remindedItems: 0,
      viewedItems: 0,
    };
    const items = (kind: DecisionFact['kind']): number => members.filter((one) => one.kind === kind).length;
    return {
      remindedItems,
      viewedItems,
      recognisedItems: items('recognised'),
      examinedAgainItems: items('examinedAgain'),
    };
  };
}

interface KnownHospital {
  name: Bilingual;
  region: string;
  level: string;
}

async function hospitalsOf(client: pg.PoolClient): Promise<Map<string, KnownHospital>> {
  const { rows } = await client.query<{
    code: string;
    zh: string;
    en: string;
    region: string;
    level: string;
  }>('SELECT code, name_zh AS zh, name_en AS en, region, level FROM hospital');
  return new Map(rows.map(({ code, zh, en, region, level }) => [code, { name: { zh, en }, region, level }]));
}

const reader = new CatalogueReader();

async function itemNames(
  client: pg.PoolClient,
  codes: readonly string[],
): Promise<Record<string, Bilingual>> {
  const inForce = (await cataloguesInForce(client)).toSorted((a, b) =>
    `${a.region} ${a.from} ${a.since}` < `${b.region} ${b.from} ${b.since}` ? -1 : 1,
  );
  const read: Awaited<ReturnType<CatalogueReader['read']>>[] = [];
  for (const { id, version } of inForce) read.push(await reader.read(client, id, version));
  const lists = [...read.filter((list) => list !== null), defaultCatalogue()];
  return Object.fromEntries(
    codes.map((code) => {
      const found = lists.flatMap(({ items }) => items.find((item) => item.code === code)?.name ?? [])[0];
      return [code, found ?? { zh: code, en: code }];
    }),
  );
}
