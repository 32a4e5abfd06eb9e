import { type DicomJson, items, personName, text, texts } from '@hutong/dicom';
import { sopClassWords } from './sopClassWords.ts';

/** A line of a report: what a content item says, and how deep it stands. */
export interface ReportLine {
  depth: number;
  name: string;
  value: string;
}

const MAX_LINES = 20_000;
const MAX_DEPTH = 64;

const CONTENT = '0040A730';
const VALUE_TYPE = '0040A040';
const CONCEPT_NAME = '0040A043';

/** What the first code of a sequence means. */
export const meaning = (dataset: DicomJson, sequence: string): string => {
  const [code] = items(dataset, sequence);
  return code === undefined ? '' : text(code, '00080104') || text(code, '00080100');
};

/** What one content item says, by its value type (PS3.3 C.17.3). */
function valueOf(item: DicomJson): string {
  switch (text(item, VALUE_TYPE)) {
    case 'TEXT':
      return text(item, '0040A160');
    case 'CODE':
      return meaning(item, '0040A168');
    case 'NUM': {
      const [measured] = items(item, '0040A300');
      return measured === undefined
        ? meaning(item, '0040A301')
        : `${text(measured, '0040A30A')} ${meaning(measured, '004008EA')}`.trim();
    }
    case 'PNAME':
      return nameOf(item, '0040A123');
    case 'DATETIME':
      return dateOf(text(item, '0040A120'));
    case 'DATE':
      return dateOf(text(item, '0040A121'));
    case 'TIME':
      return text(item, '0040A122');
    case 'UIDREF':
      return text(item, '0040A124');
    case 'IMAGE':
    case 'WAVEFORM':
    case 'COMPOSITE':
      return items(item, '00081199').map(referenceOf).join('; ');
    case 'SCOORD':
    case 'SCOORD3D':
      return `${text(item, '00700023')} (${texts(item, '00700022').length / 2})`;
    default:
      return '';
  }
}

/** An object that is referred to: what it is, which of its frames, and its UID, by which it is found. */
function referenceOf(reference: DicomJson): string {
  const frames = texts(reference, '00081160').join(', ');
  return [
    sopClassWords(text(reference, '00081150')),
    frames === '' ? '' : `帧 frame ${frames}`,
    text(reference, '00081155'),
  ]
    .filter(Boolean)
    .join(' / ');
}

/** Who verified a report, for which organisation, and when (PS3.3 C.17.2), one text for each observer. */
const verifiersOf = (dataset: DicomJson): string[] =>
  items(dataset, '0040A073').flatMap((observer) => {
    const facts = [
      nameOf(observer, '0040A075'),
      text(observer, '0040A027'),
      dateOf(text(observer, '0040A030')),
    ];
    const known = facts.filter(Boolean);
    return known.length === 0 ? [] : [known.join(', ')];
  });

/** A person name as people read it. */
export const nameOf = (dataset: DicomJson, tag: string): string => {
  const { Ideographic, Alphabetic } = personName(dataset, tag);
  return [Ideographic, Alphabetic]
    .map((group) => (group ?? '').replaceAll('^', ' ').trim())
    .filter(Boolean)
    .join(' ');
};

const dateOf = (value: string): string =>
  /^\d{8}/.test(value)
    ? `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}${/^\d{12}/.test(value) ? ` ${value.slice(8, 10)}:${value.slice(10, 12)}` : ''}`
    : value;

/** What the content tree of a structured report says (PS3.3 C.17.3), one line a content item. */
export function reportLines(dataset: DicomJson): ReportLine[] {
  const lines: ReportLine[] = [];
  const walk = (item: DicomJson, depth: number): void => {
    if (lines.length >= MAX_LINES || depth > MAX_DEPTH) return;
    lines.push({ depth, name: meaning(item, CONCEPT_NAME), value: valueOf(item) });
    for (const child of items(item, CONTENT)) walk(child, depth + 1);
  };
  for (const item of items(dataset, CONTENT)) walk(item, 0);
  return lines.filter(({ name, value }) => name !== '' || value !== '');
}

function headingOf(dataset: DicomJson): { title: string; facts: [name: string, value: string][] } {
  const facts: [string, string][] = [
    ['姓名 Patient', nameOf(dataset, '00100010')],
    ['编号 ID', text(dataset, '00100020')],
    ['出生日期 Born', dateOf(text(dataset, '00100030'))],
    ['性别 Sex', text(dataset, '00100040')],
    ['检查 Study', [dateOf(text(dataset, '00080020')), text(dataset, '00081030')].filter(Boolean).join(' ')],
    ['机构 Institution', text(dataset, '00080080')],
    ['完成状态 Completion', text(dataset, '0040A491')],
    ['审核状态 Verification', text(dataset, '0040A493')],
    ...verifiersOf(dataset).map((verifier): [string, string] => ['审核者 Verified by', verifier]),
  ];
  return {
    title: meaning(dataset, CONCEPT_NAME) || '结构化报告 Structured report',
    facts: facts.filter(([, value]) => value !== ''),
  };
}

/** A structured report as plain text (PS3.18 8.7.4), one line a content item. */
export function reportText(dataset: DicomJson): string {
  const { title, facts } = headingOf(dataset);
  const lines = reportLines(dataset).map(
    ({ depth, name, value }) => `${'  '.repeat(depth)}${[name, value].filter(Boolean).join(': ')}`,
  );
  return `${[title, ...facts.map(([name, value]) => `${name}: ${value}`), '', ...lines].join('\n')}\n`;
}

/** A structured report as a page without scripts, styles or links. */
export function reportHtml(dataset: DicomJson): string {
  const { title, facts } = headingOf(dataset);
  const rows = facts
    .map(([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`)
    .join('');
  let depth = -1;
  let body = '';
  for (const line of reportLines(dataset)) {
    for (; depth < line.depth; depth += 1) body += '<ul>';
    for (; depth > line.depth; depth -= 1) body += '</ul>';
    const name = line.name === '' ? '' : `<b>${escape(line.name)}</b>${line.value === '' ? '' : ': '}`;
    body += `<li>${name}${escape(line.value).replaceAll(/\r\n?|\n/g, '<br>')}</li>`;
  }
  for (; depth >= 0; depth -= 1) body += '</ul>';
  return `<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1><table>${rows}</table>${body}</body></html>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (value: string): string => value.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
