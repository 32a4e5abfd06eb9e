import {
  attribute as registered,
  type DicomJson,
  type DicomJsonAttribute,
  type PersonName,
  text,
} from '@hutong/dicom';
import type { StreamedDataset } from './streamedDataset.ts';

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'http://dicom.nema.org/PS3.19/models/NativeDICOM';
const START = `${HEADER}<NativeDicomModel xmlns="${NAMESPACE}" xml:space="preserve">`;
const END = '</NativeDicomModel>';
const END_TAG = '</DicomAttribute>';

/** A dataset as a document of the Native DICOM Model (PS3.19 A.1), from its DICOM JSON Model. */
export function nativeXml(dataset: DicomJson): string {
  return `${START}${attributesXml(dataset)}${END}`;
}

/** As {@link nativeXml}, an item a piece. */
export function* nativeXmlPieces({ attributes, sequences }: StreamedDataset): Generator<string> {
  yield START + attributesXml(attributes);
  for (const { tag, items } of sequences) {
    let number = 0;
    for (const item of items()) {
      number += 1;
      yield (number === 1 ? startTag(tag, 'SQ') : '') + itemXml(item, number);
    }
    if (number > 0) yield END_TAG;
  }
  yield END;
}

function attributesXml(dataset: DicomJson): string {
  const creators = new Map<string, string>();
  let xml = '';
  for (const tag of Object.keys(dataset).sort()) {
    const value = dataset[tag];
    if (value === undefined) continue;
    const isPrivate = Number.parseInt(tag.slice(0, 4), 16) % 2 === 1;
    if (isPrivate && tag.startsWith('00', 4))
      creators.set(tag.slice(0, 4) + tag.slice(6), text(dataset, tag));
    xml += attributeXml(tag, value, isPrivate ? creators.get(tag.slice(0, 6)) : undefined);
  }
  return xml;
}

function attributeXml(tag: string, attribute: DicomJsonAttribute, creator: string | undefined): string {
  return startTag(tag, attribute.vr, creator) + contentXml(attribute) + END_TAG;
}

function startTag(tag: string, vr: string, creator?: string): string {
  const keyword = registered(tag)?.keyword;
  // Of a private attribute the block number is not part of the tag (PS3.19 Table A.1.5-2).
  const number = creator === undefined ? tag : `${tag.slice(0, 4)}00${tag.slice(6)}`;
  const names = [
    `tag="${number}"`,
    `vr="${escapeXml(vr)}"`,
    ...(keyword === undefined ? [] : [`keyword="${keyword}"`]),
    ...(creator === undefined ? [] : [`privateCreator="${escapeXml(creator)}"`]),
  ];
  return `<DicomAttribute ${names.join(' ')}>`;
}

const itemXml = (item: DicomJson | null, number: number): string =>
  `<Item number="${number}">${item === null ? '' : attributesXml(item)}</Item>`;

function contentXml({ vr, Value, InlineBinary, BulkDataURI }: DicomJsonAttribute): string {
  if (BulkDataURI !== undefined) return `<BulkData uri="${escapeXml(BulkDataURI)}"/>`;
  if (InlineBinary !== undefined) return `<InlineBinary>${escapeXml(InlineBinary)}</InlineBinary>`;
  return (Value ?? [])
    .map((value, i) => {
      if (vr === 'SQ') return itemXml(value as DicomJson | null, i + 1);
      const number = `number="${i + 1}"`;
      if (vr === 'PN' && value === null) return `<PersonName ${number}/>`;
      if (value === null) return `<Value ${number}/>`;
      if (vr === 'PN') return `<PersonName ${number}>${personNameXml(value ?? {})}</PersonName>`;
      return `<Value ${number}>${escapeXml(typeof value === 'string' ? value : JSON.stringify(value))}</Value>`;
    })
    .join('');
}

const COMPONENTS = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'];

function personNameXml(name: PersonName): string {
  return (['Alphabetic', 'Ideographic', 'Phonetic'] as const)
    .filter((group) => name[group] !== undefined)
    .map((group) => {
      const components = (name[group] ?? '').split('^');
      const xml = components.map((text, i) =>
        text === '' ? '' : element(COMPONENTS[i] ?? 'NameSuffix', text),
      );
      return `<${group}>${xml.join('')}</${group}>`;
    })
    .join('');
}

const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // Unless escaped it is read as a line feed (XML 1.0 §2.11).
  '\r': '&#13;',
};

/** Text safe inside elements and quoted attributes; characters XML 1.0 forbids are left out. */
function escapeXml(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these are the characters XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"'\r]/g, (char) => ENTITIES[char] ?? char)
  );
}
