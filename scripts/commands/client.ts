import { readFile } from 'node:fs/promises';
import {
  CLIENT_KINDS,
  type ClientAuthentication,
  type ClientKind,
  createClient,
  endClient,
  findClient,
  listClients,
  loadConfig,
  logoutUriProblem,
  type OidcClient,
  openSecretBox,
  redirectUriProblem,
  rotateClientSecret,
  rotateSigningKeys,
  SCOPES,
  type Scope,
} from '@hutong/storage-config';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { operatorAuthor, recordRights } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const CLIENT_ID = /^htc_[A-Za-z0-9_-]{16}$/;
const OVERLAP_HOURS = 24;
const MOST_OVERLAP_HOURS = 720;

const OPTIONS = {
  kind: { type: 'string' },
  name: { type: 'string' },
  hospital: { type: 'string' },
  region: { type: 'boolean' },
  scope: { type: 'string' },
  redirect: { type: 'string', multiple: true },
  'logged-out': { type: 'string', multiple: true },
  'logout-uri': { type: 'string' },
  jwks: { type: 'string' },
  public: { type: 'boolean' },
  days: { type: 'string' },
  overlap: { type: 'string' },
  compromised: { type: 'boolean' },
} as const;
type Options = ReturnType<typeof readOptions<typeof OPTIONS>>['values'];

function readScopes(text: string, kind: ClientKind): Scope[] {
  const known = SCOPES.filter((scope) => kind !== 'machine' || scope !== 'accounts');
  return text.split(',').map((word) => {
    const scope = known.find((one) => one === word.trim().replace(/^hutong\./, ''));
    if (scope === undefined) throw new UsageError(`--scope knows ${known.join(', ')}; not "${word.trim()}"`);
    return scope;
  });
}

function readKind(text: string): ClientKind {
  const kind = CLIENT_KINDS.find((known) => known === text);
  if (kind === undefined) throw new UsageError(`--kind knows ${CLIENT_KINDS.join(', ')}; not "${text}"`);
  return kind;
}

function readUris(kind: ClientKind, given: readonly string[] | undefined): string[] {
  for (const uri of given ?? []) {
    const what = redirectUriProblem(kind, uri);
    if (what !== null) throw new UsageError(`the address "${uri}" cannot be used: ${what.en}`);
  }
  return [...(given ?? [])];
}

/** How a client shows who it is: machines by a secret, others by PKCE alone, unless said otherwise. */
function authenticationOf(kind: ClientKind, values: Options): ClientAuthentication {
  if (values.jwks !== undefined) return 'privateKey';
  if (kind === 'machine') return 'secret';
  return kind === 'native' || values.public === true ? 'none' : 'secret';
}

async function create(values: Options): Promise<number> {
  const config = loadConfig(process.env);
  const author = operatorAuthor('client create');
  const kind = readKind(required(values.kind, 'kind'));
  const name = required(values.name, 'name').trim();
  const hospitalCode = values.region === true ? null : required(values.hospital, 'hospital');
  const scopes = readScopes(required(values.scope, 'scope'), kind);
  const redirectUris = readUris(kind, values.redirect);
  if (kind === 'machine' && redirectUris.length > 0) throw new UsageError('a machine has no --redirect');
  if (kind !== 'machine' && redirectUris.length === 0)
    throw new UsageError('say where the browser goes back to: --redirect https://…');
  const logoutUri = values['logout-uri'] ?? null;
  const what = logoutUri === null ? null : logoutUriProblem(logoutUri);
  if (what !== null) throw new UsageError(`--logout-uri cannot be used: ${what.en}`);
  const days = values.days === undefined ? null : Number(values.days);
  if (days !== null && !(days > 0)) throw new UsageError('--days is a number above 0');
  const jwks = values.jwks === undefined ? null : await readJwks(values.jwks);
  const { client, secret } = await withIndex(config, async (index) => {
    if (hospitalCode !== null) await requireHospital(index, hospitalCode);
    const made = await createClient(index, {
      kind,
      name,
      hospitalCode,
      scopes,
      authentication: authenticationOf(kind, values),
      jwks,
      redirectUris,
      loggedOutUris: readUris(kind, values['logged-out']),
      logoutUri,
      createdBy: author.name,
      expiresAt: days === null ? null : new Date(Date.now() + days * 86_400_000),
    });
    await recordRights(index, author, hospitalCode, {
      what: 'client created',
      client: made.client.id,
      label: name,
      kind,
      scopes,
    });
    return made;
  });
  const address = config.publicUrl ?? `http://${config.host}:${config.port}`;
  console.error(
    `Issuer ${address}/oidc, client_id ${client.id}${secret === null ? '' : '. Its secret is shown this once:'}`,
  );
  console.log(secret ?? client.id);
  return 0;
}

async function readJwks(file: string): Promise<NonNullable<OidcClient['jwks']>> {
  const read = JSON.parse(await readFile(file, 'utf8')) as { keys?: unknown };
  const keys = Array.isArray(read.keys) ? (read.keys as Record<string, unknown>[]) : null;
  if (keys === null || keys.length === 0)
    throw new UsageError('--jwks is a file with a JWK Set: {"keys": […]}');
  if (keys.some((key) => 'd' in key || 'k' in key))
    throw new UsageError('--jwks holds a private key: public ones only');
  return { keys };
}

function line(client: OidcClient): string {
  const used = client.lastUsedAt === null ? 'never used' : `used ${client.lastUsedAt.toISOString()}`;
  const until = client.expiresAt === null ? '' : `  until ${client.expiresAt.toISOString().slice(0, 10)}`;
  return `${client.id}  ${client.kind.padEnd(7)} ${(client.hospitalCode ?? '(region)').padEnd(16)} ${client.scopes.join(',').padEnd(16)} ${used}${until}  ${client.name}`;
}

function readId(id = ''): string {
  if (!CLIENT_ID.test(id)) throw new UsageError('say the ID of the client as "hutong client list" shows it');
  return id;
}

const unknown = (id: string): UsageError =>
  new UsageError(`no client has the id ${id}; "hutong client list" shows them`);

export const clientCommand: Command = {
  name: 'client',
  usage:
    'client create --kind web|native|machine --name TEXT (--hospital CODE | --region) --scope read,… [--redirect URI …] [--public] [--jwks FILE] [--days N] | client list | client rotate ID [--overlap HOURS] | client revoke ID | client rotate-keys [--compromised]',
  summary:
    'applications that people sign in to and machines that get tokens: create one (secret printed once), list, rotate or end; rotate-keys gives the issuer new signing keys',
  async run(args) {
    const { values, positionals } = readOptions(args, OPTIONS);
    const config = loadConfig(process.env);
    const [verb = '', argument] = positionals;
    const author = operatorAuthor(`client ${verb}`);
    switch (verb) {
      case 'create':
        return create(values);
      case 'list':
        for (const client of await withIndex(config, (index) => listClients(index, null)))
          console.log(line(client));
        return 0;
      case 'rotate': {
        const id = readId(argument);
        const hours = values.overlap === undefined ? OVERLAP_HOURS : Number(values.overlap);
        if (!(hours >= 0 && hours <= MOST_OVERLAP_HOURS))
          throw new UsageError(`--overlap is a number of hours up to ${MOST_OVERLAP_HOURS}`);
        const secret = await withIndex(config, async (index) => {
          const made = await rotateClientSecret(index, id, hours * 3600);
          if (made === null) throw new UsageError(`no client with a secret has the id ${id}`);
          const client = await findClient(index, id);
          await recordRights(index, author, client?.hospitalCode ?? null, {
            what: 'client secret rotated',
            client: id,
            overlapHours: hours,
          });
          return made;
        });
        console.error(
          `The new secret of ${id} is shown this once. The one before it is taken for ${hours} h more:`,
        );
        console.log(secret);
        return 0;
      }
      case 'revoke': {
        const id = readId(argument);
        await withIndex(config, async (index) => {
          const client = await findClient(index, id);
          if (client === null || !(await endClient(index, id))) throw unknown(id);
          await recordRights(index, author, client.hospitalCode, {
            what: 'client ended',
            client: id,
            scopes: client.scopes,
          });
        });
        console.log(`ended ${id}`);
        return 0;
      }
      case 'rotate-keys': {
        const compromised = values.compromised === true;
        await withIndex(config, async (index) => {
          await rotateSigningKeys(index, openSecretBox(config), compromised);
          await recordRights(index, author, null, { what: 'signing keys rotated', compromised });
        });
        console.log(
          compromised
            ? 'the issuer has new keys; everybody signs in to applications anew'
            : 'the issuer has new keys, which sign in two minutes; what the old ones signed is believed for two days',
        );
        return 0;
      }
      default:
        throw new UsageError('say create, list, rotate, revoke or rotate-keys');
    }
  },
};
