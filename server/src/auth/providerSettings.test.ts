import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError } from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimValues, readProviderSettings, rolesFromClaims, showsSecondFactor } from './providerSettings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hutong-provider-settings-'));
  writeFileSync(path.join(folder, 'secret'), 'very secret\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RULE = { claim: 'groups', value: 'doctors', role: 'clinician', hospital: 'a' };
const provider = (over: object = {}) => ({
  id: 'keycloak',
  name: { zh: '认证', en: 'single sign-on' },
  issuer: 'https://sso.example.org/realms/region',
  clientId: 'hutong',
  clientSecretFile: 'secret',
  roles: [RULE],
  ...over,
});

function read(...providers: object[]) {
  const file = path.join(folder, 'providers.json');
  writeFileSync(file, JSON.stringify({ providers }));
  return readProviderSettings(file);
}

test('a file is read with the secrets beside it; without a file there is no provider', () => {
  expect(read(provider())).toMatchObject([
    { id: 'keycloak', clientSecret: 'very secret', claimsFrom: 'idToken', scopes: ['openid', 'profile'] },
  ]);
  expect(read(provider({ clientSecretFile: undefined }))).toMatchObject([{ clientSecret: null }]);
  expect(readProviderSettings(null)).toEqual([]);
});

test.each([
  ['plain http', { issuer: 'http://sso.example.org' }],
  ['an issuer with a query', { issuer: 'https://sso.example.org/?a=b' }],
  ['a name in the address', { issuer: 'https://user@sso.example.org/' }],
  ['a secret in the file itself', { clientSecret: 'very secret' }],
  ['a secret file that is not there', { clientSecretFile: 'absent' }],
  ['no role', { roles: [] }],
  ['an unknown role', { roles: [{ ...RULE, role: 'king' }] }],
  ['a role without its hospital', { roles: [{ ...RULE, hospital: undefined }] }],
  ['a role with two', { roles: [{ ...RULE, hospitalClaim: 'hospital' }] }],
  ['scopes without openid', { scopes: ['profile'] }],
  ['the client as audience of access tokens', { accessTokens: { audience: 'hutong' } }],
])('%s is refused, and no secret is quoted', (_what, over) => {
  expect(() => read(provider(over))).toThrow(ConfigError);
  expect(() => read(provider(over))).not.toThrow(/very secret/);
});

test('two providers of one name or issuer are refused', () => {
  expect(() => read(provider(), provider({ issuer: 'https://other.example.org' }))).toThrow(/same id/);
  expect(() => read(provider(), provider({ id: 'other' }))).toThrow(/same issuer/);
});

describe('claims', () => {
  test('are found by their path, or by a name with dots; what is inherited is none', () => {
    const claims = { realm_access: { roles: ['x', 7, 'y'] }, 'https://a.b/roles': 'z', deep: 'text' };
    expect(claimValues(claims, 'realm_access.roles')).toEqual(['x', 'y']);
    expect(claimValues(claims, 'https://a.b/roles')).toEqual(['z']);
    for (const absent of ['deep.er', 'constructor.name', '__proto__', 'none', ''])
      expect(claimValues(claims, absent)).toEqual([]);
  });

  test('give the roles of the mapping: in a hospital, in those that a claim names, or in the region', () => {
    const [settings] = read(
      provider({
        roles: [
          RULE,
          { ...RULE, value: 'readers', role: 'radiologist', hospital: undefined, hospitalClaim: 'at' },
          { ...RULE, value: 'quality', role: 'qualityControl', hospital: null },
        ],
      }),
    );
    if (settings === undefined) throw new Error('not read');
    expect(rolesFromClaims(settings, { groups: ['doctors', 'readers', 'others'], at: ['b', 'c'] })).toEqual([
      { role: 'clinician', hospital: 'a' },
      { role: 'radiologist', hospital: 'b' },
      { role: 'radiologist', hospital: 'c' },
    ]);
    expect(rolesFromClaims(settings, { groups: 'quality' })).toEqual([
      { role: 'qualityControl', hospital: null },
    ]);
    // No hospital named is none, and never the region.
    expect(rolesFromClaims(settings, { groups: ['readers'] })).toEqual([]);
    expect(rolesFromClaims(settings, {})).toEqual([]);
  });

  test('say whether a second factor was shown', () => {
    const [settings] = read(provider({ secondFactor: { acr: ['gold'], amr: ['otp'] } }));
    if (settings === undefined) throw new Error('not read');
    for (const [claims, shown] of [
      [{ acr: 'gold' }, true],
      [{ amr: ['pwd', 'otp'] }, true],
      [{ amr: ['pwd'], acr: 'silver' }, false],
      [{}, false],
    ] as const)
      expect(showsSecondFactor(settings, claims)).toBe(shown);
  });
});
