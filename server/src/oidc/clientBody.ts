import {
  CLIENT_KINDS,
  isPlainText,
  KEY_PURPOSES,
  logoutUriProblem,
  type OidcClient,
  plainText,
  redirectUriProblem,
  SCOPES,
} from '@hutong/storage-config';
import { z } from 'zod';
import type { ClientBody } from '../contract/clients.ts';
import { problem, type HttpProblem } from '../problem.ts';

const LONGEST_NAME = 100;
const MOST_URIS = 20;
const MOST_KEYS = 10;
const YEAR_MS = 366 * 86_400_000;
const LONGEST_YEARS = 20;

/** Public keys alone: a private part, or a shared secret, is not ours to have. */
const publicKey = z
  .looseObject({ kty: z.enum(['EC', 'RSA', 'OKP']), kid: z.string().max(200).optional() })
  .refine((key) => !['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].some((member) => member in key), 'a private key');

const settings = {
  name: z
    .string()
    .transform(plainText)
    .refine((text) => text !== '' && isPlainText(text, LONGEST_NAME)),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .transform((given) => [...new Set(given)]),
  redirectUris: z.array(z.string()).max(MOST_URIS),
  loggedOutUris: z.array(z.string()).max(MOST_URIS),
  logoutUri: z.string().nullable(),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine((at) => at.getTime() > Date.now() && at.getTime() < Date.now() + LONGEST_YEARS * YEAR_MS)
    .nullable(),
};

export const newClient = z.strictObject({
  kind: z.enum(CLIENT_KINDS),
  hospital: z.string().min(1).max(32).nullable(),
  authentication: z.enum(['none', 'secret', 'privateKey']),
  jwks: z.strictObject({ keys: z.array(publicKey).min(1).max(MOST_KEYS) }).optional(),
  purpose: z.enum(KEY_PURPOSES).default('TREAT'),
  name: settings.name,
  scopes: settings.scopes,
  redirectUris: settings.redirectUris.default([]),
  loggedOutUris: settings.loggedOutUris.default([]),
  logoutUri: settings.logoutUri.default(null),
  expiresAt: settings.expiresAt.default(null),
});
export type WantedClient = z.infer<typeof newClient>;

export const clientChange = z.strictObject(settings).partial();
export const secretRotation = z.strictObject({ overlapHours: z.number().min(0).max(720).default(24) });

/** Reads a body. @throws HttpProblem 400 that names the members that do not fit */
export function parseClientBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const members = [...new Set(read.error.issues.map(({ path }) => path.join('.') || 'body'))].join(', ');
  throw problem('bad-request', {
    detail: `These members do not fit: ${members}.`,
    detailZh: `以下字段不符合要求：${members}。`,
  });
}

/** What kind, authentication and addresses of a client have to do with one another. @throws HttpProblem 400 */
export function checkClient(
  client: Pick<WantedClient, 'kind' | 'scopes' | 'redirectUris' | 'loggedOutUris' | 'logoutUri'> &
    Partial<Pick<WantedClient, 'authentication' | 'jwks'>>,
): void {
  const { kind } = client;
  if (kind === 'machine') {
    if (client.redirectUris.length + client.loggedOutUris.length > 0 || client.logoutUri !== null)
      throw unfit('A machine has no addresses of a browser.', '系统间调用（machine）没有浏览器回调地址。');
    if (client.authentication === 'none')
      throw unfit('A machine has a secret or a key of its own.', '系统间调用须使用密钥或自有公钥。');
    if (client.scopes.includes('accounts'))
      throw unfit('Accounts are seen to by people alone.', '账户管理只能由人员进行。');
  } else if (client.redirectUris.length === 0)
    throw unfit('An application needs an address to come back to.', '应用须至少填写一个回调地址。');
  if (kind === 'native' && client.authentication === 'secret')
    throw unfit(
      'An app on devices cannot keep a secret: it shows who it is by PKCE.',
      '设备应用无法保守密钥，请仅使用 PKCE。',
    );
  if (
    client.authentication !== undefined &&
    (client.authentication === 'privateKey') !== (client.jwks !== undefined)
  )
    throw unfit('jwks belongs to authentication "privateKey".', 'jwks 与 privateKey 认证方式须同时使用。');
  for (const uri of [...client.redirectUris, ...client.loggedOutUris])
    refuseUri(uri, redirectUriProblem(kind, uri));
  if (client.logoutUri !== null) refuseUri(client.logoutUri, logoutUriProblem(client.logoutUri));
}

function refuseUri(uri: string, what: { en: string; zh: string } | null): void {
  if (what === null) return;
  const shown = uri.slice(0, 100);
  throw unfit(`The address ${shown} cannot be used: ${what.en}.`, `地址 ${shown} 不可用：${what.zh}。`);
}

const unfit = (detail: string, detailZh: string): HttpProblem => problem('bad-request', { detail, detailZh });

export function clientBody(client: OidcClient): ClientBody {
  return {
    id: client.id,
    kind: client.kind,
    name: client.name,
    hospital: client.hospitalCode,
    scopes: client.scopes,
    authentication: client.authentication,
    redirectUris: client.redirectUris,
    loggedOutUris: client.loggedOutUris,
    logoutUri: client.logoutUri,
    purpose: client.purpose,
    createdBy: client.createdBy,
    createdAt: client.createdAt.toISOString(),
    expiresAt: client.expiresAt?.toISOString() ?? null,
    lastUsedAt: client.lastUsedAt?.toISOString() ?? null,
    secrets: client.secrets.map((secret) => ({
      createdAt: new Date(secret.createdAt).toISOString(),
      expiresAt: secret.expiresAt === null ? null : new Date(secret.expiresAt).toISOString(),
      lastUsedAt: secret.lastUsedAt === null ? null : new Date(secret.lastUsedAt).toISOString(),
    })),
  };
}
