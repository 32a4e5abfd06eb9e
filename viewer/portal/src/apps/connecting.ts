import type { ClientBody } from '@hutong/server/contract/clients';

/** Scopes as an application asks for them. */
export function scopeText({ kind, scopes }: Pick<ClientBody, 'kind' | 'scopes'>): string {
  const own = scopes.map((scope) => `hutong.${scope}`);
  return (kind === 'machine' ? own : ['openid', 'profile', ...own]).join(' ');
}

/**
 * Lines for a terminal that show whether a machine gets in; or, for an application, the address that it sends a browser
 * to. A secret stands in the environment, not in the line.
 */
export function exampleOf(client: ClientBody, issuer: string, server: string): string {
  if (client.kind === 'machine')
    return [
      `TOKEN=$(curl -s -u "${client.id}:$CLIENT_SECRET" -d grant_type=client_credentials ${issuer}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
      `curl -H "Authorization: Bearer $TOKEN" "${server}/dicomweb/studies?limit=1"`,
    ].join('\n');
  const query = new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: client.redirectUris[0] ?? '',
    scope: scopeText(client),
    code_challenge_method: 'S256',
  });
  return `${issuer}/auth?${query.toString()}&code_challenge=…&state=…`;
}

/** The lines of a text, without empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
