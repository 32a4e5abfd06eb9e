import { expect, test } from 'vitest';
import { TRANSFER_SYNTAXES, transferSyntax } from './transferSyntaxes.ts';

test('a transfer syntax is found by its UID', () => {
  expect(transferSyntax('1.2.840.10008.1.2.4.202')).toBe(TRANSFER_SYNTAXES.htj2kLosslessRpcl);
  expect(transferSyntax('1.2.840.10008.1.2.4.202')?.frameMediaType).toBe('image/jphc');
});

test('an unknown transfer syntax is undefined', () => {
  expect(transferSyntax('1.2.840.10008.1.2.4.999')).toBeUndefined();
  expect(transferSyntax('')).toBeUndefined();
});

test('no UID is listed twice', () => {
  const uids = Object.values(TRANSFER_SYNTAXES).map(({ uid }) => uid);
  expect(new Set(uids).size).toBe(uids.length);
});

test('only two registered encodings leave the VR out', () => {
  const implicit = Object.values(TRANSFER_SYNTAXES).filter(({ explicit }) => !explicit);
  expect(implicit.map(({ uid }) => uid)).toEqual(['1.2.840.10008.1.2', '1.2.840.10008.1.2.20']);
});

test('compressed frames have an image or video media type, uncompressed ones are octets', () => {
  expect(TRANSFER_SYNTAXES.explicitVrBigEndian.frameMediaType).toBe('application/octet-stream');
  expect(TRANSFER_SYNTAXES.rleLossless.frameMediaType).toBe('image/dicom-rle');
  expect(TRANSFER_SYNTAXES.jpegLossless.frameMediaType).toBe('image/jpeg');
  expect(TRANSFER_SYNTAXES.jpipReferenced.frameMediaType).toBeNull();
});
