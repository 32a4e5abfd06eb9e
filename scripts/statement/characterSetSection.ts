import { MULTI_BYTE_REPERTOIRES, SINGLE_BYTE_REPERTOIRES } from '@hutong/dicom';
import { table } from './markdown.ts';

/** Character sets (PS3.3 C.12.1.1.2). */
export function characterSetSection(): string {
  const term = (prefix: string) => (numbers: string[]) =>
    numbers
      .sort((a, b) => Number(a) - Number(b))
      .map((number) => `\`${prefix} ${number}\``)
      .join(', ');
  const single = Object.keys(SINGLE_BYTE_REPERTOIRES);
  return `${table(
    ['repertoire', 'defined terms understood'],
    [
      ['default', 'none (ISO_IR 6)'],
      ['single-byte', term('ISO_IR')(single.filter((number) => number !== '6'))],
      ['single-byte with code extensions', term('ISO 2022 IR')([...single])],
      ['multi-byte with code extensions', term('ISO 2022 IR')(Object.keys(MULTI_BYTE_REPERTOIRES))],
      ['multi-byte without', '`ISO_IR 192` (UTF-8), `GB18030`, `GBK`'],
    ],
  )}

Answers are always UTF-8. Where a dataset declares nothing or Latin-1 and its bytes can only be UTF-8 or GBK, they are read so, as many devices in the field need; each value declared as \`GB18030\`, \`GBK\` or \`ISO 2022 IR 58\` that is UTF-8 with Han characters, more common ones than it gives as declared, is read as UTF-8. Both are stored with a warning (B007H), as are bytes that are no text of their character set. Inside a person name a NUL is left out; it ends any other text; both with that warning. An unknown term is read as Latin-1. Queries are UTF-8, percent-encoded.`;
}
