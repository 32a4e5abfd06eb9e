import type { Bilingual } from '@hutong/conformance';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { addHospital, changeHospital, checkedLevel } from './changeHospital.ts';
import { checkDeviceTest, recordDeviceTests } from './deviceTests.ts';
import { checkEvaluation, evaluationGrounds, recordEvaluations } from './evaluations.ts';
import { type Hospital, listHospitals } from './hospitals.ts';
import type { KnownItem } from './knownItems.ts';
import { type LineFault, MOST_FAULTS, readRows, type TableRow } from './readRows.ts';
import { RegistryFault } from './registryFault.ts';
import type { RegistryView } from './registryView.ts';
import { lockRegistry } from './scopes.ts';
import { dayFromText } from './sheets/dates.ts';
import { readSheet } from './sheets/readSheet.ts';
import { UnreadableSheet } from './sheets/unreadableSheet.ts';
import type { RegistryTable } from './tableColumns.ts';

/** Who brings a table in, and what may come of it. */
export interface ImportGrounds {
  view: RegistryView;
  items: ReadonlyMap<string, KnownItem>;
  defaultScope: string;
  /** Adds hospitals, and changes their names. */
  administers: boolean;
  /** Hospitals whose device tests may be entered; null: all. */
  deviceHospitals: readonly string[] | null;
}

export interface ImportOutcome {
  added: number;
  changed: number;
  unchanged: number;
  /** Not empty: nothing was taken. */
  faults: LineFault[];
}

const NOTHING = { added: 0, changed: 0, unchanged: 0 };

/** Ends a transaction whose outcome is to be told and not kept. */
class NotKept extends Error {
  readonly outcome: ImportOutcome;
  constructor(outcome: ImportOutcome) {
    super('not kept');
    this.outcome = outcome;
  }
}

/**
 * Takes a table in: all of it, or nothing when one line does not fit. What stands there already changes nothing, so that a
 * table may come again.
 *
 * @param dryRun says what would come of it, and keeps nothing
 */
export async function importRegistryTable(
  index: pg.Pool,
  table: RegistryTable,
  bytes: Uint8Array,
  grounds: ImportGrounds,
  author: Author,
  dryRun: boolean,
): Promise<ImportOutcome> {
  let read: { rows: TableRow[]; faults: LineFault[] };
  try {
    read = readRows(table, await readSheet(bytes));
  } catch (error) {
    if (!(error instanceof UnreadableSheet)) throw error;
    return { ...NOTHING, faults: [{ line: error.line, text: error.text }] };
  }
  try {
    return await inTransaction(index, async (client) => {
      const outcome = await TAKE[table](client, read.rows, grounds, author, [...read.faults]);
      if (dryRun || outcome.faults.length > 0) throw new NotKept(outcome);
      return outcome;
    });
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    const { faults, ...counts } = error.outcome;
    const told = faults.toSorted((a, b) => a.line - b.line).slice(0, MOST_FAULTS);
    return faults.length > 0 ? { ...NOTHING, faults: told } : { ...counts, faults };
  }
}

type Take = (
  client: pg.PoolClient,
  rows: readonly TableRow[],
  grounds: ImportGrounds,
  author: Author,
  faults: LineFault[],
) => Promise<ImportOutcome>;

const TAKE: Readonly<Record<RegistryTable, Take>> = {
  hospitals: takeHospitals,
  evaluations: takeEvaluations,
  deviceTests: takeDeviceTests,
};

/** Does something for each line; what the registry does not take becomes a fault of the line. */
async function eachLine(
  rows: readonly TableRow[],
  faults: LineFault[],
  work: (cells: TableRow['cells'], line: number) => void | Promise<void>,
): Promise<void> {
  for (const { line, cells } of rows) {
    try {
      await work(cells, line);
    } catch (error) {
      if (!(error instanceof RegistryFault)) throw error;
      faults.push({ line, text: error.text });
    }
  }
}

const CODE = /^[a-z0-9][a-z0-9-]{0,31}$/;

async function takeHospitals(
  client: pg.PoolClient,
  rows: readonly TableRow[],
  { view, administers }: ImportGrounds,
  author: Author,
  faults: LineFault[],
): Promise<ImportOutcome> {
  await lockRegistry(client);
  const known = new Map((await listHospitals(client)).map((one) => [one.code, one]));
  const wanted = new Map<string, Hospital>();
  await eachLine(rows, faults, (cells) => {
    const code = text(cells, 'code', 32);
    if (!CODE.test(code))
      throw fault('医院代码由 1 至 32 个小写字母、数字或 - 组成。', 'A code is 1 to 32 of a-z, 0-9 and "-".');
    if (wanted.has(code)) throw fault('该医院在表中出现两次。', 'The hospital stands in the table twice.');
    const before = known.get(code);
    const hospital: Hospital = {
      code,
      nameZh: text(cells, 'nameZh', 200),
      nameEn: text(cells, 'nameEn', 200) || (before?.nameEn ?? text(cells, 'nameZh', 200)),
      level: cells['level'] === '' ? (before?.level ?? '') : checkedLevel(text(cells, 'level', 64)),
      region: cells['region'] === '' ? (before?.region ?? '') : text(cells, 'region', 64),
    };
    wanted.set(code, hospital);
    const names =
      before === undefined || before.nameZh !== hospital.nameZh || before.nameEn !== hospital.nameEn;
    const facts =
      before !== undefined && (before.level !== hospital.level || before.region !== hospital.region);
    if (names && !administers)
      throw fault(
        '新增医院或改名须由区域管理员办理。',
        'Hospitals are added and renamed by administrators of the region.',
      );
    if (facts && view.hospitals !== null)
      throw fault('等级与行政区划由区域登记人员维护。', 'Level and region are kept for the whole region.');
  });
  if (faults.length > 0) return { ...NOTHING, faults };
  const counts = { ...NOTHING };
  for (const hospital of wanted.values()) {
    if (!known.has(hospital.code)) {
      await addHospital(client, hospital, author);
      counts.added += 1;
    } else if ((await changeHospital(client, hospital.code, hospital, author)).changed) counts.changed += 1;
    else counts.unchanged += 1;
  }
  return { ...counts, faults };
}

async function takeEvaluations(
  client: pg.PoolClient,
  rows: readonly TableRow[],
  grounds: ImportGrounds,
  author: Author,
  faults: LineFault[],
): Promise<ImportOutcome> {
  const checks = await evaluationGrounds(client, grounds);
  const hospitals = await hospitalNames(client);
  const wanted = new Map<string, { line: number; one: ReturnType<typeof checkEvaluation> }>();
  await eachLine(rows, faults, (cells, line) => {
    const given = {
      hospital: hospitals(text(cells, 'hospital', 200)),
      scope: text(cells, 'scope', 64) || grounds.defaultScope,
      evaluatedAt: day(cells, 'evaluatedAt', '评价日期'),
      validUntil: cells['validUntil'] === '' ? undefined : day(cells, 'validUntil', '有效期至'),
      result: result(text(cells, 'result', 32)),
      centre: text(cells, 'centre', 32),
      document: text(cells, 'document', 200),
    };
    for (const item of itemsOf(text(cells, 'items', 2000), grounds.items)) {
      const one = checkEvaluation(checks, { ...given, item });
      const key = JSON.stringify([one.hospital, one.item, one.scope, one.evaluatedAt]);
      const earlier = wanted.get(key);
      if (earlier !== undefined && JSON.stringify(earlier.one) !== JSON.stringify(one))
        throw fault(
          `与第 ${earlier.line} 行同一医院、项目、范围和日期，但内容不同。`,
          `Line ${earlier.line} is of the same hospital, item, scope and day, and says otherwise.`,
        );
      wanted.set(key, earlier ?? { line, one });
    }
  });
  if (faults.length > 0) return { ...NOTHING, faults };
  const outcomes = await recordEvaluations(
    client,
    [...wanted.values()].map(({ one }) => one),
    author,
  );
  return counted(outcomes, faults);
}

async function takeDeviceTests(
  client: pg.PoolClient,
  rows: readonly TableRow[],
  { deviceHospitals }: ImportGrounds,
  author: Author,
  faults: LineFault[],
): Promise<ImportOutcome> {
  const hospitals = await hospitalNames(client);
  const wanted = new Map<string, ReturnType<typeof checkDeviceTest>>();
  await eachLine(rows, faults, (cells) => {
    const hospital = hospitals(text(cells, 'hospital', 200));
    if (deviceHospitals !== null && !deviceHospitals.includes(hospital))
      throw fault('没有该医院。', 'There is no such hospital.');
    const one = checkDeviceTest({
      hospital,
      serialNumber: text(cells, 'serialNumber', 64),
      manufacturer: text(cells, 'manufacturer', 64),
      model: text(cells, 'model', 64),
      stationName: text(cells, 'stationName', 64),
      modality: text(cells, 'modality', 16).toUpperCase(),
      testedOn: day(cells, 'testedOn', '检测日期'),
      validUntil: cells['validUntil'] === '' ? undefined : day(cells, 'validUntil', '有效期至'),
      result: result(text(cells, 'result', 32)),
      document: text(cells, 'document', 200),
    });
    wanted.set(JSON.stringify(one), one);
  });
  if (faults.length > 0) return { ...NOTHING, faults };
  return counted(await recordDeviceTests(client, [...wanted.values()], author), faults);
}

function counted(outcomes: readonly { added: boolean }[], faults: LineFault[]): ImportOutcome {
  const added = outcomes.filter((one) => one.added).length;
  return { added, changed: 0, unchanged: outcomes.length - added, faults };
}

const fault = (zh: string, en: string): RegistryFault => new RegistryFault('unknown', zh, en);

function text(cells: TableRow['cells'], key: string, longest: number): string {
  const value = cells[key] ?? '';
  if (value.length > longest)
    throw fault(`内容过长（最多 ${longest} 字）。`, `A cell is too long (${longest} at most).`);
  return value;
}

function day(cells: TableRow['cells'], key: string, head: string): string {
  const value = cells[key] ?? '';
  const found = dayFromText(value);
  if (found === null)
    throw fault(
      `“${head}”不是日期：“${value.slice(0, 32)}”；写法如 2026-09-15。`,
      `No day: "${value.slice(0, 32)}"; write for example 2026-09-15.`,
    );
  return found;
}

const RESULTS: Readonly<Record<string, 'passed' | 'failed'>> = {
  合格: 'passed',
  通过: 'passed',
  达标: 'passed',
  passed: 'passed',
  pass: 'passed',
  不合格: 'failed',
  未通过: 'failed',
  不通过: 'failed',
  不达标: 'failed',
  failed: 'failed',
  fail: 'failed',
};

function result(value: string): 'passed' | 'failed' {
  const key = value.toLowerCase();
  const found = Object.hasOwn(RESULTS, key) ? RESULTS[key] : undefined;
  if (found === undefined)
    throw fault(`结果应为“合格”或“不合格”：“${value}”。`, `The result is "passed" or "failed": "${value}".`);
  return found;
}

/** Codes, names, or all items of the lists. */
function itemsOf(value: string, items: ReadonlyMap<string, KnownItem>): string[] {
  if (/^(全部|所有|all|\*)$/i.test(value)) return [...items.keys()];
  const byName = new Map([...items.values()].map(({ code, name }) => [name.zh, code]));
  const whole = byName.get(value);
  if (whole !== undefined) return [whole];
  const parts = value.split(/[\s;,，；、]+/u).filter((part) => part !== '');
  return [...new Set(parts.map((part) => byName.get(part) ?? part.toUpperCase()))];
}

/** Finds hospitals by code or by their Chinese name, where one alone has it. */
async function hospitalNames(client: pg.PoolClient): Promise<(given: string) => string> {
  const all = await listHospitals(client);
  return (given) => {
    if (all.some(({ code }) => code === given)) return given;
    const named = all.filter(({ nameZh }) => nameZh === given);
    if (named.length === 1) return named[0]?.code ?? '';
    const words: Bilingual =
      named.length === 0
        ? { zh: `没有医院“${given.slice(0, 64)}”。`, en: `There is no hospital "${given.slice(0, 64)}".` }
        : { zh: '多家医院同名，请填写代码。', en: 'Several hospitals have this name; write the code.' };
    throw fault(words.zh, words.en);
  };
}
