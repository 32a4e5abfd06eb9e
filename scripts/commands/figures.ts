import { writeFile } from 'node:fs/promises';
import { reportDocument, reportWorkbook } from '@hutong/server/reports';
import {
  isMonth,
  listReports,
  findReport,
  loadConfig,
  makeReport,
  monthAfter,
  monthOf,
  type MonthlyReport,
  verifyReport,
} from '@hutong/storage-config';
import { type Command, readOptions, UsageError } from '../operate/command.ts';
import { operatorAuthor } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

/** Most differences that are printed of a report. */
const MOST_TOLD = 50;

function line({ id, month, hospital, asOf, digest, figures }: MonthlyReport): string {
  const { recognised, examinedAgain, savings } = figures.total;
  return `${id}  ${month}  ${hospital ?? '(region)'}  as of ${asOf}  recognised ${recognised.items}  examined again ${examinedAgain.items}  saved CNY ${(savings.fen / 100).toFixed(2)}  ${digest}`;
}

async function write(file: string, { figures, digest }: MonthlyReport): Promise<void> {
  if (!/\.(xlsx|pdf|json)$/.test(file))
    throw new UsageError('--out names a file that ends in .xlsx, .pdf or .json');
  const bytes = file.endsWith('.xlsx')
    ? await reportWorkbook(figures, digest)
    : file.endsWith('.pdf')
      ? await reportDocument(figures, digest)
      : JSON.stringify(figures, null, 2);
  await writeFile(file, bytes);
}

export const figuresCommand: Command = {
  name: 'figures',
  usage:
    'figures report [--month YYYY-MM] [--hospital CODE] [--out FILE.xlsx|.pdf|.json …] | figures verify [--month YYYY-MM] [--hospital CODE]',
  summary:
    'make the monthly report of mutual recognition, or see whether reports come out again as they were',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      month: { type: 'string' },
      hospital: { type: 'string' },
      out: { type: 'string', multiple: true },
    });
    const config = loadConfig(process.env);
    const { timeZone, repeatDays, regionCode } = config;
    const month = values.month ?? monthAfter(monthOf(new Date(), timeZone), -1);
    if (!isMonth(month)) throw new UsageError('--month is written YYYY-MM');
    const hospital = values.hospital ?? null;
    switch (positionals[0]) {
      case 'report': {
        const report = await withIndex(config, async (index) => {
          if (hospital !== null) await requireHospital(index, hospital);
          const wanted = { month, hospital, timeZone, repeatDays, regionCode, asOf: null };
          return makeReport(index, wanted, operatorAuthor('figures report'));
        });
        for (const file of values.out ?? []) await write(file, report);
        console.log(line(report));
        return 0;
      }
      case 'verify':
        return withIndex(config, async (index) => {
          const hospitals = hospital === null ? null : [hospital];
          const entries = await listReports(index, { month, hospitals, limit: 1000 });
          if (entries.length === 0) console.log(`no reports of ${month}`);
          let wrong = 0;
          for (const { id } of entries.toReversed()) {
            const report = await findReport(index, id, hospitals);
            if (report === null) continue;
            const { intact, same, differences } = await verifyReport(index, report);
            console.log(line(report));
            if (intact && same) console.log('  ok: the same data give the same figures');
            else wrong += 1;
            if (!intact) console.log('  CHANGED: the kept figures are not those that were made');
            if (!same) console.log(`  DIFFERS in ${differences.length} place(s):`);
            for (const { path, was, is } of differences.slice(0, MOST_TOLD))
              console.log(`    ${path}: was ${was || 'nothing'}, is ${is || 'nothing'}`);
          }
          return wrong === 0 ? 0 : 1;
        });
      default:
        throw new UsageError('say report or verify');
    }
  },
};
