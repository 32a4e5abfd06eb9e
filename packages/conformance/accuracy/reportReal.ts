import { LEAST_N, type Table } from './measure.ts';
import type { RealFigures } from './measureReal.ts';
import { share, words } from './wilson.ts';

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : ((100 * part) / whole).toFixed(1);

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** All of one label table: right, undecided, and right of those decided. */
export function totalOf(labels: Table): { n: number; right: number; wrong: number; abstained: number } {
  const total = { n: 0, right: 0, wrong: 0, abstained: 0 };
  for (const { n, tally } of labels.lines()) {
    total.n += n;
    total.right += tally.right;
    total.wrong += tally.wrong;
    total.abstained += tally.abstained;
  }
  return total;
}

/** Series labels by class. */
export function labelSection(labels: readonly Table[] | null): string {
  if (labels === null) return '## Real labels of series\n\n**Not measured**: the label folder was not there.';
  const parts = labels.map((one) => {
    const total = totalOf(one);
    if (total.n === 0) return `### ${one.title}\n\nNo label.`;
    const measurable = one.lines().filter(({ n }) => n >= LEAST_N);
    const few = one.lines().filter(({ n }) => n > 0 && n < LEAST_N);
    const rows = measurable.map(({ name, n, tally }) => [
      name.replaceAll('*', '\\*'),
      String(Math.round(n)),
      percent(tally.right, tally.right + tally.claimedWrongly),
      percent(tally.right, n),
      percent(tally.abstained, n),
    ]);
    const note =
      few.length === 0
        ? ''
        : `\n\nNot measurable (n < ${LEAST_N}): ${few.map(({ name, n }) => `${name} (${Math.round(n)})`).join(', ')}.`;
    const head = `${percent(total.right, total.n)} % right, ${percent(total.abstained, total.n)} % undecided; of those decided ${percent(total.right, total.right + total.wrong)} % right (n = ${Math.round(total.n)}).`;
    return `### ${one.title}\n\n${head}\n\n${rows.length === 0 ? '' : table(['Class', 'n', 'Precision %', 'Recall %', 'Undecided %'], rows)}${note}`;
  });
  return [
    '## Real labels of series',
    '`dev.csv`: 765 rows that stand for 19,178 real series, mostly MR of public data sets, from Siemens, GE, Philips, United Imaging, Canon and Hitachi; `names_only.csv`: 275 names alone. A label that was marked as less certain counts half, or a fifth where it only was to be checked; n is the sum of these weights. Each row is one series, judged alone: without a study around it most pre-contrast series cannot be told, and are left undecided.',
    ...parts,
    'Judged misses: 24 gradient-echo series called T1 are the T1-weighted members of magnetisation-transfer sets (the scanner names them `GRE-T1w`; the labels put the whole set under OTHER). Two ultra-short-echo series are labelled PD with the timing of T1. One series named `AX DWI` is labelled ADC with the least confidence; a map without a b-value goes to a person. The command `node packages/conformance/accuracy/measure.ts --misses` lists every one.',
  ].join('\n\n');
}

/** The public sample files. */
export function realSection(real: RealFigures | null): string {
  if (real === null) return '## Real files\n\n**Not measured**: the sample folder was not there.';
  const rows = [...real.facts].map(([fact, t]) => [
    fact,
    words(share(t.right, t.right + t.wrong + t.unknown)),
    String(t.wrong),
    String(t.unknown),
  ]);
  const how = [...real.byHow].map(([name, n]) => `${n} by ${name}`).join(', ');
  const misses = real.misses.map(
    ({ path, fact, truth, said }) =>
      `- \`${path.split('/').slice(0, 4).join('/')}\`: ${fact} is ${truth}, the engine says ${said}.`,
  );
  const verdicts = [...real.verdicts].map(([verdict, n]) => `${n} ${verdict}`).join(', ');
  return [
    '## Real files',
    `${real.files} public sample files that read as CT, MR, CR, DX or MG, in ${real.series} series of ${real.studies} studies (files of different sources may share a study UID). ${real.checked} series are in the hand-checked table \`accuracy/realTruth.ts\` (${how}); of the others nothing certain is known. They are phantoms, single slices and research scans: they show that real headers are read rightly, not that studies are.`,
    table(['Fact', 'Right', 'Wrong', 'Undecided'], rows),
    ...(misses.length === 0 ? [] : [misses.join('\n')]),
    `Verdicts on these fragments: ${verdicts}. **None may pass, and ${real.verdicts.get('PASS') ?? 0} do.**`,
  ].join('\n\n');
}
