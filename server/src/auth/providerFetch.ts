import type { ProviderSettings } from './providerSettings.ts';

/** How long a provider may take for an answer, in milliseconds. */
const TIMEOUT_MS = 8000;
/** Metadata, keys and tokens are small. */
const LONGEST_ANSWER = 1024 * 1024;

/** A provider names an endpoint where none of its may lie, or answers more than one would. */
export class ProviderRefused extends Error {
  override name = 'ProviderRefused';
}

/**
 * Asks a provider, and nobody else: endpoints lie on the host of its issuer or on one that the configuration names, and
 * are https unless the issuer itself is plain loopback. So metadata that was tampered with makes this server ask no
 * machine of the network behind it. Redirects are not followed.
 */
export function providerFetch(settings: Pick<ProviderSettings, 'issuer' | 'hosts'>) {
  const issuer = new URL(settings.issuer);
  return async (url: string, options: RequestInit = {}): Promise<Response> => {
    refuseForeign(issuer, settings.hosts, url);
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const signal =
      options.signal === undefined || options.signal === null
        ? limit
        : AbortSignal.any([limit, options.signal]);
    const answer = await fetch(url, { ...options, redirect: 'manual', signal });
    return bounded(answer);
  };
}

/** @throws ProviderRefused for an address that is none of the provider's */
export function refuseForeign(issuer: URL, hosts: readonly string[], url: string): void {
  const asked = new URL(url);
  const known = asked.host === issuer.host || hosts.includes(asked.host);
  const isSafe =
    asked.protocol === 'https:' || (asked.protocol === issuer.protocol && asked.host === issuer.host);
  if (!known || !isSafe)
    throw new ProviderRefused(
      `the provider names an endpoint at ${asked.host}, which is not among its hosts`,
    );
}

async function bounded(answer: Response): Promise<Response> {
  if (answer.body === null) return answer;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    length += chunk.byteLength;
    if (length > LONGEST_ANSWER) throw new ProviderRefused('the provider answers more than it should');
    chunks.push(chunk);
  }
  const { status, statusText, headers } = answer;
  // What was read is decoded already.
  const kept = new Headers(headers);
  kept.delete('content-encoding');
  kept.delete('content-length');
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, statusText, headers: kept });
}
