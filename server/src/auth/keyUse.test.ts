import { describe, expect, test } from 'vitest';
import { certificateDigest, mayBeUsed } from './keyUse.ts';

/** A self-signed certificate, and the SHA-256 that OpenSSL says it has. */
const DER = [
  'MIIBdDCCARugAwIBAgIUfS65/dkdJgFx6Rbq3cjmYxxU8P4wCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEQ1QgMTAgFw',
  '0yNjExMjIwNTE4NDhaGA8yMTI2MTAyOTA1MTg0OFowDzENMAsGA1UEAwwEQ1QgMTBZMBMGByqGSM49AgEGCCqGSM49',
  'AwEHA0IABEtcfzQgbCQeX/Pmo8M+OwAOP2bJ58eHaMocF4pulVQSgIJmPNJkN514gFQjkIB5coOMmluVej2Ryb2BNr',
  'Mu/CKjUzBRMB0GA1UdDgQWBBSVYNqcw52ZFfBNPjIA/iRiL4qpZzAfBgNVHSMEGDAWgBSVYNqcw52ZFfBNPjIA/iRi',
  'L4qpZzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIAMW7EWKn/c3JYHQx6534NtHZqiE34P+2aSA4a',
  'xn9/bwAiAdgDu8POMSbp/IyIFQW3XJBebIeEUm6JpngBFP1Yxx6A==',
].join('');
const SHA256 = '46bfb42c43346a442cd0d840e7b8119c6c0f4a384e8ec5ec2e081fd6362c07f0';
const PEM = `-----BEGIN CERTIFICATE-----\n${DER.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;

describe('the digest of a client certificate', () => {
  test.each([
    ['the digest itself', SHA256],
    ['with colons and capitals', (SHA256.match(/../g) ?? []).join(':').toUpperCase()],
    ['the certificate with percent-encoding, as nginx tells it', encodeURIComponent(PEM)],
    ['the certificate as it is pasted', PEM],
    ['a byte sequence, as RFC 9440 has it', `:${DER}:`],
  ])('is read from %s', (_what, text) => {
    expect(certificateDigest(text)).toBe(SHA256);
  });

  test.each([
    '',
    'x',
    SHA256.slice(1),
    `${SHA256}0`,
    '%E0%A4%A',
    ':AAAA:',
    encodeURIComponent(PEM.slice(0, 200)),
    'a'.repeat(100_000),
  ])('is not read from %j', (text) => {
    expect(certificateDigest(text)).toBeNull();
  });
});

test('a key with networks and a certificate asks for both', () => {
  const key = { networks: ['10.0.0.0/8'], clientCertificate: SHA256 };
  const certificate = encodeURIComponent(PEM);
  expect(mayBeUsed(key, { address: '10.1.1.1', certificate })).toBe(true);
  expect(mayBeUsed(key, { address: '10.1.1.1', certificate: null })).toBe(false);
  expect(mayBeUsed(key, { address: '192.0.2.1', certificate })).toBe(false);
  expect(mayBeUsed({ networks: null, clientCertificate: null }, { address: '', certificate: null })).toBe(
    true,
  );
});
