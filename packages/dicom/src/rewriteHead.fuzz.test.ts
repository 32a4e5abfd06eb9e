import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DicomError } from './dicomError.ts';
import { readPart10 } from './part10Reader.ts';
import { element, item, openItem, openSequence, part10Object, sequence, shorts } from './testObjects.ts';
import { evened, rewritten } from './testRewriting.ts';
import { TRANSFER_SYNTAXES } from './transferSyntaxes.ts';
import type { Part10Instance } from './types.ts';

const leaf = element('00081150', 'UI', '1.2.3');
const implicit = { explicit: false };

/** Objects without pixel data that between them use every structure of a dataset. */
const objects = {
  explicit: part10Object({
    before: [
      element('00080005', 'CS', 'ISO_IR 100'),
      sequence('00081115', [item(leaf, openSequence('00081199', [openItem(leaf), item()])), openItem()]),
      openSequence('00091002', [openItem(element('00100010', 'PN', 'A^B', implicit))], 'UN'),
      element('00091003', 'OB', Buffer.alloc(40, 9)),
    ],
    after: [element('00280010', 'US', shorts([512])), element('00280106', 'SS', shorts([65535]))],
  }),
  implicit: part10Object({
    transferSyntaxUid: TRANSFER_SYNTAXES.implicitVrLittleEndian.uid,
    ...implicit,
    before: [element('00090010', '', 'GEMS_IDEN_01', implicit), element('00091002', '', 'SUITE', implicit)],
    after: [
      element('00280103', '', shorts([1]), implicit),
      element('00280106', '', shorts([65535]), implicit),
      openSequence('00400275', [openItem(element('00400009', '', 'STEP', implicit)), item()], '', implicit),
      element('00880200', '', item(element('00280010', '', shorts([2]), implicit)), implicit),
    ],
  }),
};

function read(bytes: Buffer): Part10Instance | null {
  try {
    return readPart10(bytes);
  } catch (error) {
    if (error instanceof DicomError) return null;
    throw error;
  }
}

test.each(Object.entries(objects))(
  '%s: whatever damage the reader reads around, rewriting reads the same',
  (_name, object) => {
    const damage = fc.record({
      at: fc.integer({ min: 300, max: object.length - 1 }),
      with: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.constantFrom(
          [0xff, 0xff, 0xff, 0xff],
          [0xfe, 0xff, 0x00, 0xe0],
          [0xfe, 0xff, 0x0d, 0xe0],
          [0xfe, 0xff, 0xdd, 0xe0],
          [0, 0, 0, 0, 0, 0, 0, 0],
        ),
      ),
    });
    let compared = 0;
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        const bytes = Buffer.from(object);
        for (const each of damages)
          bytes.set(Array.from(each.with).slice(0, bytes.length - each.at), each.at);
        const instance = read(bytes);
        // Values by reference, and pixel data, can come of damage; what they refer to is not compared here.
        if (instance === null || Object.keys(instance.bulkData).length > 0) return;
        const again = readPart10(rewritten({ path: '', instance, bytes, origin: 0 }).bytes);
        // Text of attributes that were dropped counts when a repertoire is declared.
        expect(evened(again.dataset, ['00080005'])).toEqual(evened(instance.dataset, ['00080005']));
        compared++;
      }),
      { numRuns: 1500 },
    );
    expect(compared).toBeGreaterThan(100);
  },
);
