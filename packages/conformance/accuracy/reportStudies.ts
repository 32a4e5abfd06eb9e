import type { Table } from './measure.ts';
import type { Speed } from './measureSpeed.ts';
import { figuresOf, type Figures, type Measured, type Record } from './measureStudies.ts';
import { table, totalOf } from './reportReal.ts';
import { share, words, type Share } from './wilson.ts';

const told = (records: readonly Record[]): Record[] => records.filter((one) => one.hard === null);
const weak = (records: readonly Record[]): Record[] => records.filter((one) => one.hard !== null);

const TARGETS: readonly (readonly [keyof Figures, string, string, (one: Share) => boolean])[] = [
  ['falsePass', 'False PASS, of studies that must not pass', '≤ 0.5 %', (one) => one.percent <= 0.5],
  ['falseFail', 'False FAIL, of studies that must pass', '≤ 2 %', (one) => one.percent <= 2],
  ['item', 'Item identified', '≥ 97 %', (one) => one.percent >= 97],
  ['missing', 'Missing requirement named right', '≥ 97 %', (one) => one.percent >= 97],
  ['coverage', 'Coverage: decided without a person', '≥ 90 %', (one) => one.percent >= 90],
];

/** Targets beside what was reached. */
export function summarySection(
  development: Measured,
  heldOut: Measured,
  labels: readonly Table[] | null,
): string {
  const dev = figuresOf(told(development.records));
  const held = figuresOf(told(heldOut.records));
  const rows = TARGETS.map(([key, name, target, met]) => [
    name,
    target,
    words(dev[key]),
    words(held[key]),
    met(held[key]) ? 'yes' : '**no**',
  ]);
  const label = (part: string, name: string, target: number): string[] => {
    const found = labels?.find((one) => one.title.startsWith('dev.csv') && one.title.includes(part));
    if (found === undefined) return [name, `≥ ${target} %`, 'not measured', '–', '–'];
    const { right, wrong } = totalOf(found);
    const of = share(Math.round(right), Math.round(right + wrong));
    return [name, `≥ ${target} %`, words(of), '–', of.percent >= target ? 'yes' : '**no**'];
  };
  return [
    '## Targets',
    'Whole studies are self-made, mutated ones included, where headers tell what was done; series facts are of real labels (`dev.csv`), of those decided.',
    table(
      ['Figure', 'Target', 'Development', 'Held out', 'Met'],
      [
        ...rows,
        label('MR weighting', 'Series weighting', 97),
        label('plane', 'Series plane', 99),
        label('where the label was read', 'Before or after contrast, where headers tell', 95),
      ],
    ),
  ].join('\n\n');
}

/** Whole self-made studies, by category, maker and language. */
export function studySection(development: Measured, heldOut: Measured): string {
  const by = (key: 'category' | 'maker' | 'language' | 'exam' | 'naming'): string => {
    const all = told([...development.records, ...heldOut.records]);
    const values = [...new Set(all.map((one) => one[key]))].sort();
    return table(
      ['', 'Studies', 'False PASS', 'False FAIL', 'Item identified', 'Coverage'],
      values.map((value) => {
        const records = all.filter((one) => one[key] === value);
        const figures = figuresOf(records);
        return [
          NAMES[value] ?? value,
          String(records.length),
          words(figures.falsePass),
          words(figures.falseFail),
          words(figures.item),
          words(figures.coverage),
        ];
      }),
    );
  };
  const unchanged = (measured: Measured): Record[] => measured.records.filter((one) => one.mutation === null);
  const facts = [...development.facts].map(([fact, t]) => {
    const held = heldOut.facts.get(fact) ?? { right: 0, wrong: 0, unknown: 0 };
    return [
      fact,
      words(share(t.right, t.right + t.wrong + t.unknown)),
      String(t.wrong),
      words(share(held.right, held.right + held.wrong + held.unknown)),
      String(held.wrong),
    ];
  });
  const reasons = new Map<string, Record[]>();
  for (const one of weak([...unchanged(development), ...unchanged(heldOut)]))
    reasons.set(one.hard ?? '', [...(reasons.get(one.hard ?? '') ?? []), one]);
  return [
    '## Self-made studies',
    "Departments' protocols of all 52 items and of exams on no item, with the scouts, maps, reformats, dose reports and screen saves that scanners add, as eight makers write them (Siemens classic and enhanced, GE, Philips, Canon, United Imaging, Hitachi, Neusoft), named in Chinese, English or a mixture, by site or by the scanner's defaults, with the exam named in one of eight places, and agents recorded on all, on the enhanced or on no series. The seeds are fixed: every run measures the same studies.",
    `Unchanged studies: ${unchanged(development).length} for development, ${unchanged(heldOut).length} held out.`,
    '### By category (both splits, mutations included)',
    by('category'),
    '### By maker',
    by('maker'),
    '### By language of the names',
    by('language'),
    '### By where the exam is named',
    by('exam'),
    '### By who named the series',
    by('naming'),
    '### Series facts of these studies',
    table(['Fact', 'Development', 'Wrong', 'Held out', 'Wrong'], facts),
    '### Where headers hardly tell',
    'These are not in the figures above. Each may go to a person; none may be judged wrongly.',
    table(
      ['Why', 'Studies', 'False PASS', 'False FAIL', 'Undecided'],
      [...reasons].map(([reason, records]) => [
        reason,
        String(records.length),
        String(records.filter((one) => one.outcome.falsePass).length),
        String(records.filter((one) => one.outcome.falseFail).length),
        String(records.filter((one) => one.outcome.undecided).length),
      ]),
    ),
  ].join('\n\n');
}

/** One change at a time. */
export function mutationSection(development: Measured, heldOut: Measured): string {
  const all = [...development.records, ...heldOut.records].filter((one) => one.mutation !== null);
  const names = [...new Set(all.map((one) => one.mutation ?? ''))];
  const rows = names.map((name) => {
    const records = all.filter((one) => one.mutation === name);
    const mustPass = records.filter((one) => one.truth === 'PASS');
    const mustNot = records.filter((one) => one.truth !== 'PASS');
    const named = records.filter((one) => one.outcome.missingRight !== null);
    const of = (test: boolean, part: number, whole: number): string => (test ? `${part} of ${whole}` : '–');
    return [
      name,
      String(records.length),
      mustPass.length > 0 ? (mustNot.length > 0 ? 'both' : 'PASS') : 'no PASS',
      of(mustNot.length > 0, mustNot.filter((one) => one.outcome.falsePass).length, mustNot.length),
      of(mustPass.length > 0, mustPass.filter((one) => one.outcome.falseFail).length, mustPass.length),
      of(named.length > 0, named.filter((one) => one.outcome.missingRight).length, named.length),
      of(true, records.filter((one) => one.outcome.undecided).length, records.length),
    ];
  });
  return [
    '## Mutations',
    'Every passing study, changed in one thing; what must come of it follows from the change. Both splits, and studies whose headers hardly tell as well.',
    table(['Change', 'Studies', 'Must come', 'False PASS', 'False FAIL', 'Named right', 'Undecided'], rows),
  ].join('\n\n');
}

export function speedSection(speed: Speed): string {
  return [
    '## Speed',
    `Of one core, by CPU time: **${speed.studiesPerSecond.toLocaleString('en')} studies/s** judged from header summaries (target 2,000; ${speed.studies} self-made studies, memory of texts warm), and ${speed.instancesPerSecond.toLocaleString('en')} instances/s summarized from their datasets (${speed.instances.toLocaleString('en')} instances). Figures of a shared machine; \`node bench/conformance.ts\` measures the catalogue's examples.`,
  ].join('\n\n');
}

const NAMES: Readonly<{ [name: string]: string }> = {
  none: 'on no item',
  siemens: 'Siemens',
  xa: 'Siemens, enhanced',
  ge: 'GE',
  philips: 'Philips',
  canon: 'Canon/Toshiba',
  uih: 'United Imaging',
  hitachi: 'Hitachi/Fujifilm',
  neusoft: 'Neusoft',
  zh: 'Chinese',
  en: 'English',
  mixed: 'mixed',
  description: 'StudyDescription',
  requested: 'RequestedProcedureDescription',
  performed: 'PerformedProcedureStepDescription',
  codeMeaning: 'ProcedureCodeSequence with meaning',
  mappedCode: 'local code, mapped',
  protocol: 'ProtocolName only',
  codeOnly: 'local code, not mapped',
  bodyPart: 'BodyPartExamined only',
  site: 'by the site',
  vendor: 'scanner defaults',
};
