import { TRANSFER_SYNTAXES as TS } from '@hutong/dicom';
import { describe, expect, test } from 'vitest';
import { acceptableRanges, retrieveRanges } from '../../dicomweb/accept.ts';
import { frameForms } from './frameForms.ts';

/** `single image/jls .80 stored`: shape, media type, end of the transfer syntax, whether it is what is stored. */
function best(accept: string, storedUid: string, { direct = true, single = true } = {}): string {
  const [form] = frameForms(
    acceptableRanges(accept, undefined),
    { transferSyntaxUid: storedUid, direct },
    single,
  );
  if (form === undefined) return 'none';
  const { mediaType, multipart, transferSyntax, stored } = form;
  return `${multipart ? 'multipart' : 'single'} ${mediaType} ${transferSyntax.slice('1.2.840.10008.1.2'.length)} ${stored ? 'stored' : 'encoded'}`;
}

const EXPLICIT = TS.explicitVrLittleEndian.uid;
const IMPLICIT = TS.implicitVrLittleEndian.uid;
const JLS = TS.jpegLsLossless.uid;
const BASELINE = TS.jpegBaseline8Bit.uid;
const HTJ2K = TS.htj2kLosslessRpcl.uid;

describe('the best form of frames', () => {
  test.each([
    // Uncompressed, stored so.
    ['*/*', EXPLICIT, 'multipart application/octet-stream .1 stored'],
    ['application/octet-stream', EXPLICIT, 'single application/octet-stream .1 stored'],
    ['application/octet-stream', IMPLICIT, 'single application/octet-stream .1 stored'],
    ['multipart/related', EXPLICIT, 'multipart application/octet-stream .1 stored'],
    [
      'multipart/related; type=application/octet-stream',
      EXPLICIT,
      'multipart application/octet-stream .1 stored',
    ],
    [
      'multipart/related; type="application/octet-stream"; transfer-syntax=*',
      EXPLICIT,
      'multipart application/octet-stream .1 stored',
    ],
    ['application/octet-stream; transfer-syntax=1.2.840.10008.1.2', IMPLICIT, 'none'],
    // Defaults of PS3.18 Table 8.7.3-5.
    ['image/jpeg', EXPLICIT, 'single image/jpeg .4.70 encoded'],
    ['image/jls', EXPLICIT, 'single image/jls .4.80 encoded'],
    ['image/x-jls', EXPLICIT, 'single image/jls .4.80 encoded'],
    ['image/jp2', EXPLICIT, 'single image/jp2 .4.90 encoded'],
    ['image/jphc', EXPLICIT, 'single image/jphc .4.201 encoded'],
    ['image/dicom-rle', EXPLICIT, 'single image/dicom-rle .5 encoded'],
    ['image/dicom+rle', EXPLICIT, 'single image/dicom-rle .5 encoded'],
    // A transfer syntax that is named is meant.
    ['image/jphc; transfer-syntax=1.2.840.10008.1.2.4.202', EXPLICIT, 'single image/jphc .4.202 encoded'],
    ['image/jpeg; transfer-syntax="1.2.840.10008.1.2.4.50"', EXPLICIT, 'single image/jpeg .4.50 encoded'],
    ['image/jls; transfer-syntax=1.2.840.10008.1.2.4.90', EXPLICIT, 'none'],
    // Compressed, stored so.
    ['*/*', JLS, 'multipart image/jls .4.80 stored'],
    ['image/*', JLS, 'single image/jls .4.80 stored'],
    ['image/jls', JLS, 'single image/jls .4.80 stored'],
    ['application/octet-stream; transfer-syntax=*', JLS, 'single application/octet-stream .4.80 stored'],
    ['application/octet-stream', JLS, 'single application/octet-stream .1 encoded'],
    ['image/jpeg', JLS, 'single image/jpeg .4.70 encoded'],
    ['image/jphc', HTJ2K, 'single image/jphc .4.201 encoded'],
    // What may be lossy is sent as stored under its media type (PS3.18 8.7.3.3), and decoded where that is asked.
    ['image/jpeg', BASELINE, 'single image/jpeg .4.50 stored'],
    ['application/octet-stream', BASELINE, 'single application/octet-stream .1 encoded'],
    // Order: by q, then as listed; what is refused is left out.
    ['image/jls;q=0.5, image/jp2;q=0.9', EXPLICIT, 'single image/jp2 .4.90 encoded'],
    ['image/jls, image/jp2', EXPLICIT, 'single image/jls .4.80 encoded'],
    ['image/png, image/jls;q=0.1', EXPLICIT, 'single image/jls .4.80 encoded'],
    ['*/*, image/jls;q=0', JLS, 'multipart application/octet-stream .4.80 stored'],
    // The range that says most of a type weighs it (RFC 9110 §12.5.1).
    ['*/*;q=0.9, application/octet-stream;q=0.1', EXPLICIT, 'multipart image/jpeg .4.70 encoded'],
    ['image/*, image/jpeg;q=0.1', EXPLICIT, 'single image/jls .4.80 encoded'],
    ['*/*, image/*;q=0', EXPLICIT, 'multipart application/octet-stream .1 stored'],
    ['image/jls, image/*;q=0', EXPLICIT, 'single image/jls .4.80 encoded'],
    ['text/html', EXPLICIT, 'none'],
    // A video is its own media type.
    ['video/mp4', TS.mpeg4HighProfile41.uid, 'single video/mp4 .4.102 stored'],
  ])('Accept: %s of %s is %s', (accept, stored, expected) => {
    expect(best(accept, stored)).toBe(expected);
  });

  test('several frames are multipart alone, of whatever weight their type is', () => {
    expect(best('*/*, application/octet-stream;q=0.1', EXPLICIT, { single: false })).toBe(
      'multipart image/jpeg .4.70 encoded',
    );
    expect(best('application/octet-stream', EXPLICIT, { single: false })).toBe('none');
    expect(best('*/*', EXPLICIT, { single: false })).toBe('multipart application/octet-stream .1 stored');
  });

  test('what cannot be cut out of the object is decoded', () => {
    const bigEndian = TS.explicitVrBigEndian.uid;
    expect(best('*/*', bigEndian, { direct: false })).toBe('multipart application/octet-stream .1 encoded');
    expect(best('application/octet-stream; transfer-syntax=*', bigEndian, { direct: false })).toBe(
      'single application/octet-stream .1 encoded',
    );
  });
});

describe('ranges of a retrieve request', () => {
  test('the accept parameter goes before the header, each by weight', () => {
    const ranges = retrieveRanges('image/png;q=0.2, image/gif', 'image/jls;q=0.1,image/jp2');
    expect(ranges.map(({ type }) => type)).toEqual(['image/jp2', 'image/jls', 'image/gif', 'image/png']);
  });

  test('a request that says nothing is 406; the parameter alone is enough', () => {
    expect(() => retrieveRanges(undefined, undefined)).toThrow(expect.objectContaining({ status: 406 }));
    expect(retrieveRanges(undefined, 'application/zip')).toHaveLength(1);
  });

  test.each([
    ['application/dicom, image/png', 400],
    ['application/dicom+json, text/html', 400],
    ['multipart/related; type="application/dicom", multipart/related; type="image/gif"', 400],
    // Of both kinds, or of neither.
    ['application/dicom, image/jpeg', null],
    ['application/octet-stream, application/pdf', null],
    ['application/json, text/plain, */*', null],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', null],
    ['application/dicom, image/png;q=0', null],
    // As OHIF and its loader send them.
    [
      'multipart/related; type=application/octet-stream; transfer-syntax=*, multipart/related; type=image/jls',
      null,
    ],
  ])('Accept: %s is answered %s', (accept, status) => {
    if (status === null) expect(retrieveRanges(accept, undefined).length).toBeGreaterThan(0);
    else expect(() => retrieveRanges(accept, undefined)).toThrow(expect.objectContaining({ status }));
  });
});
