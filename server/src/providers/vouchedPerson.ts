import type { ExternalPerson } from '@hutong/storage-config';
import { jwtVerify } from 'jose';
import * as client from 'openid-client';
import { type Provider, SIGNATURES } from '../auth/provider.ts';
import { type Claims, personOf, showsSecondFactor } from '../auth/providerSettings.ts';

/** What the token endpoint of a provider answered, checked already by the library. */
export type Tokens = client.TokenEndpointResponse & client.TokenEndpointResponseHelpers;

export interface Vouched {
  person: ExternalPerson;
  secondFactor: boolean;
}

/**
 * Who the tokens of a provider are of; null where they hold no ID token, as an answer to a refresh need not.
 *
 * @throws Error when claims that are to be had elsewhere cannot be had or are another's
 */
export async function vouchedPerson(provider: Provider, tokens: Tokens): Promise<Vouched | null> {
  const { settings } = provider;
  const idToken = tokens.claims();
  if (idToken === undefined) return null;
  const claims: Claims = { ...idToken, ...(await furtherClaims(provider, tokens, idToken.sub)) };
  return {
    // What the second factor was is the word of the ID token alone.
    secondFactor: showsSecondFactor(settings, idToken),
    person: personOf(settings, idToken.sub, claims),
  };
}

async function furtherClaims(provider: Provider, tokens: Tokens, subject: string): Promise<Claims> {
  const { claimsFrom, clientId, issuer } = provider.settings;
  if (claimsFrom === 'idToken') return {};
  if (claimsFrom === 'userinfo')
    return client.fetchUserInfo(await provider.configuration(), tokens.access_token, subject);
  // As Keycloak has roles in the access token alone; for this client by its audience or authorised party.
  const { payload } = await jwtVerify(tokens.access_token, await provider.keys(), {
    issuer,
    subject,
    algorithms: SIGNATURES,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: 30,
  });
  const audience = [payload.aud ?? []].flat();
  if (!audience.includes(clientId) && payload['azp'] !== clientId)
    throw new Error('the access token is for another client');
  return payload;
}

/** Seconds until a provider is asked again: before the access token ends, never rarely, never all the time. */
export function checkSeconds({ expires_in: life = 300 }: Pick<Tokens, 'expires_in'>): number {
  return Math.min(Math.max(Math.floor(life * 0.8), 10), 600);
}
