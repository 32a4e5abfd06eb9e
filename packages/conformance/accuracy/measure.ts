/**
 * Measures series understanding on labelled headers: `node packages/conformance/accuracy/measure.ts [--misses]`.
 * Labels are read from the folder HUTONG_TEST_LABELS, or ../shared/labels beside the repository. Every label
 * row is judged alone, so contrast and phase that need a study's time order are not measured here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCatalogue } from '../src/catalogue.ts';
import { evaluateStudy } from '../src/evaluate.ts';
import { summarizeStudy } from '../src/summarize.ts';
import type { SeriesFacts } from '../src/types.ts';
import { expand, type Attributes } from '../catalogues/headers.ts';

const folder = process.env['HUTONG_TEST_LABELS'] ?? join(import.meta.dirname, '../../../../shared/labels');
const showMisses = process.argv.includes('--misses');
/** Below this many labels a class is not measurable. */
export const LEAST_N = 30;
const catalogue = defaultCatalogue();
type Row = Record<string, string>;

function csv(text: string): Row[] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (quoted) {
      if (c === '"' && text.charAt(i + 1) === '"') {
        cell += '"';
        i += 1;
      } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1)?.push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else if (c !== '\r') cell += c;
  }
  if (cell !== '') rows.at(-1)?.push(cell);
  const head = rows[0] ?? [];
  return rows
    .slice(1)
    .filter((row) => row.length === head.length)
    .map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

function understand(
  attributes: Attributes,
  orientation: readonly number[] | undefined,
  study: string,
): SeriesFacts | undefined {
  const summary = summarizeStudy(
    expand({
      common: study === '' ? {} : { StudyDescription: study },
      series: [
        {
          attributes,
          ...(orientation === undefined ? {} : { orientation }),
          stack: { start: 0, step: 3, slices: 24 },
        },
      ],
    }),
  );
  return evaluateStudy(summary, catalogue, { settled: true }).series[0];
}

function fromRow(row: Row): SeriesFacts | undefined {
  const attributes: Record<string, string | number | (string | number)[]> = {
    Modality: row['modality'] ?? '',
    Manufacturer: row['manufacturer'] ?? '',
  };
  const text = (keyword: string, column: string): void => {
    if ((row[column] ?? '') !== '') attributes[keyword] = row[column] ?? '';
  };
  const list = (keyword: string, column: string): void => {
    if ((row[column] ?? '') !== '') attributes[keyword] = (row[column] ?? '').split('\\');
  };
  text('SeriesDescription', 'series_description');
  text('ProtocolName', 'protocol_name');
  text('SequenceName', 'sequence_name');
  text('BodyPartExamined', 'body_part_tag');
  text('MRAcquisitionType', 'mr_acquisition_type');
  text('RepetitionTime', 'tr');
  text('EchoTime', 'te');
  text('InversionTime', 'ti');
  text('FlipAngle', 'flip');
  text('SliceThickness', 'slice_thickness');
  text('ContrastBolusAgent', 'contrast_agent');
  list('ImageType', 'image_type');
  list('ScanningSequence', 'scanning_sequence');
  list('SequenceVariant', 'sequence_variant');
  list('ScanOptions', 'scan_options');
  const b = row['b_value'] ?? '';
  if (b.startsWith('['))
    Object.assign(attributes, { GeBValueCreator: 'GEMS_PARM_01', GeBValue: JSON.parse(b) as number[] });
  else if (b !== '') attributes['DiffusionBValue'] = Number(b);
  const iop = (row['iop'] ?? '').split('\\').map(Number);
  return understand(
    attributes,
    iop.length === 6 && iop.every(Number.isFinite) ? iop : undefined,
    row['study_description'] ?? '',
  );
}

function fromName(row: Row): SeriesFacts | undefined {
  const name = (row['name'] ?? '').split('▸').map((part) => part.trim());
  const series = name.at(-1) ?? '';
  return understand(
    {
      Modality: row['modality'] ?? '',
      Manufacturer: row['vendor'] === 'SIEMENS' ? 'SIEMENS' : '',
      SeriesDescription: series,
    },
    undefined,
    name.length > 1 ? (name[0] ?? '') : '',
  );
}

export interface Tally {
  right: number;
  wrong: number;
  abstained: number;
  claimedWrongly: number;
}

/** Labels of one fact compared with what the engine said. */
export class Table {
  readonly #title: string;
  readonly #rows = new Map<string, Tally>();
  readonly #misses: string[] = [];

  constructor(title: string) {
    this.#title = title;
  }

  #of(name: string): Tally {
    let tally = this.#rows.get(name);
    if (tally === undefined) {
      tally = { right: 0, wrong: 0, abstained: 0, claimedWrongly: 0 };
      this.#rows.set(name, tally);
    }
    return tally;
  }

  add(truth: string, said: string, weight: number, about: string): void {
    const tally = this.#of(truth);
    if (said === truth) tally.right += weight;
    else if (said === 'unknown') tally.abstained += weight;
    else {
      tally.wrong += weight;
      this.#of(said).claimedWrongly += weight;
    }
    if (said !== truth) this.#misses.push(`${truth} → ${said}: ${about}`);
  }

  get title(): string {
    return this.#title;
  }

  /** One line a class, sorted by name; figures are sums of weights. */
  lines(): { name: string; n: number; tally: Tally }[] {
    return [...this.#rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, tally]) => ({ name, n: tally.right + tally.wrong + tally.abstained, tally }));
  }

  print(): void {
    const out = (line: string): boolean => process.stdout.write(`${line}\n`);
    out(`\n${this.#title}`);
    out('class        n     precision recall  abstained');
    const total: Tally = { right: 0, wrong: 0, abstained: 0, claimedWrongly: 0 };
    for (const [name, t] of [...this.#rows].sort()) {
      const n = t.right + t.wrong + t.abstained;
      total.right += t.right;
      total.wrong += t.wrong;
      total.abstained += t.abstained;
      const percent = (part: number, whole: number): string =>
        whole === 0 ? '    –' : ((100 * part) / whole).toFixed(1).padStart(5);
      const note = n < LEAST_N ? '  (not measurable, n < 30)' : '';
      out(
        `${name.padEnd(12)} ${String(Math.round(n)).padStart(5)} ${percent(t.right, t.right + t.claimedWrongly)}     ${percent(t.right, n)}   ${percent(t.abstained, n)}${note}`,
      );
    }
    const all = total.right + total.wrong + total.abstained;
    out(
      `all: ${((100 * total.right) / all).toFixed(1)} % right, ${((100 * total.abstained) / all).toFixed(1)} % abstained, ${((100 * total.right) / (total.right + total.wrong)).toFixed(1)} % right of those decided (n = ${Math.round(all)})`,
    );
    if (showMisses) for (const miss of this.#misses) out(`  ${miss}`);
  }
}

/** Labels name finer or other classes than the engine speaks of. */
const WEIGHTING: Readonly<Record<string, string>> = {
  BOLD: 'OTHER',
  TRUFI: 'OTHER',
  CINE: 'OTHER',
  MRCP: 'HYDRO',
  'CE-MRA': 'CEMRA',
  MRV: '',
};
/** The labels have no class for maps but ADC and call them OTHER. */
function spoken(truth: string, weighting: string): string {
  return truth === 'OTHER' && weighting === 'MAP' ? 'OTHER' : weighting;
}
/** Labels that were taken from the series' own headers; the others were inferred from the data set. */
const TOLD = /contrast=(?:description|StudyDescription|ContrastBolusAgent)/;
const CONFIDENCE: Readonly<Record<string, number>> = { high: 1, medium: 0.5, check: 0.2 };

/** Compares every labelled row with what the engine says of it; null without the label folder. */
export function measureLabels(): Table[] | null {
  if (!existsSync(folder)) return null;
  const tables: Table[] = [];
  for (const [file, read] of [
    ['dev.csv', fromRow],
    ['names_only.csv', fromName],
  ] as const) {
    const weighting = new Table(`${file}: MR weighting`);
    const plane = new Table(`${file}: plane`);
    const fatSat = new Table(`${file}: fat suppression (T1, T2, PD, FLAIR)`);
    const contrast = new Table(`${file}: contrast (T1 and CT; one series alone)`);
    const told = new Table(`${file}: contrast, of these where the label was read from the headers`);
    for (const row of csv(readFileSync(join(folder, file), 'utf8'))) {
      const facts = read(row);
      if (facts === undefined) continue;
      const weight = CONFIDENCE[row['confidence'] ?? 'high'] ?? 1;
      const about = [
        row['modality'],
        row['manufacturer'] ?? row['vendor'],
        row['series_description'] ?? row['name'],
        row['protocol_name'],
        row['sequence_name'],
        row['image_type'],
        row['scanning_sequence'],
        `tr ${row['tr'] ?? ''} te ${row['te'] ?? ''} ti ${row['ti'] ?? ''} fa ${row['flip'] ?? ''}`,
        row['scan_options'],
        `iop ${row['iop'] ?? ''}`,
      ]
        .filter((x) => x !== undefined && x !== '')
        .join(' | ');
      const label = row['label_weighting'] ?? '';
      const truth = WEIGHTING[label] ?? label;
      if (row['modality'] === 'MR' && truth !== '' && truth !== 'unknown')
        weighting.add(truth, spoken(truth, facts.weighting ?? 'unknown'), weight, about);
      if (row['modality'] === 'CT' && truth === 'LOCALIZER')
        weighting.add('CT scout', facts.derived === 'SCOUT' ? 'CT scout' : 'unknown', weight, about);
      const truePlane = row['label_plane'] ?? '';
      if (['axial', 'sagittal', 'coronal', 'oblique'].includes(truePlane))
        plane.add(truePlane, facts.plane, weight, about);
      const trueFat = row['label_fatsat'] ?? '';
      if ((trueFat === 'yes' || trueFat === 'no') && ['T1', 'T2', 'PD', 'FLAIR'].includes(truth))
        fatSat.add(trueFat, facts.fatSat ?? 'unknown', weight, about);
      const trueContrast = row['label_contrast'] ?? '';
      if ((trueContrast === 'pre' || trueContrast === 'post') && (truth === 'T1' || truth === 'CT')) {
        contrast.add(trueContrast, facts.contrast, weight, about);
        if (TOLD.test(row['how_labelled'] ?? '')) told.add(trueContrast, facts.contrast, weight, about);
      }
    }
    tables.push(weighting, plane, fatSat, contrast, ...(told.lines().length > 0 ? [told] : []));
  }
  return tables;
}

if (import.meta.main) {
  const tables = measureLabels();
  if (tables === null) process.stdout.write('NOT MEASURED: no label folder; set HUTONG_TEST_LABELS\n');
  else for (const table of tables) table.print();
}
