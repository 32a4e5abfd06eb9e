// An OpenID provider of its own process, with claims as Keycloak has them. Told what to do by messages of its parent.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';
import type { ProviderClient, ProviderMessage, ProviderUser } from './identityProvider.ts';

const users = new Map<string, ProviderUser>();
let provider: Provider | null = null;
let handle: ((req: IncomingMessage, res: ServerResponse) => void) | null = null;

const server = createServer((req, res) => {
  if (handle === null) res.writeHead(503).end();
  else handle(req, res);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

function configuration(client: ProviderClient): Configuration {
  return {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [client.redirectUri],
        post_logout_redirect_uris: [client.home],
        backchannel_logout_uri: client.backChannelLogout,
        backchannel_logout_session_required: true,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: {
      openid: ['sub', 'amr', 'acr', 'sid', 'realm_access', 'hospital'],
      profile: ['name', 'preferred_username'],
    },
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        // A person would be asked; the tests have none.
        logoutSource: (context, form) => {
          context.body = `<!doctype html><body>${form}<script>document.forms[0].append(Object.assign(document.createElement('input'),{type:'hidden',name:'logout',value:'yes'}));document.forms[0].submit()</script></body>`;
        },
      },
    },
    // The back channel of the tests is loopback, which the provider would not ask by itself.
    fetch: (url, options) => {
      const { method, headers, body, redirect, signal } = options as RequestInit;
      return globalThis.fetch(url, { method, headers, body, redirect, signal } as RequestInit);
    },
    pkce: { required: () => true },
    ttl: { AccessToken: 60, IdToken: 300, RefreshToken: 3600, Session: 3600, Interaction: 600, Grant: 3600 },
    issueRefreshToken: () => true,
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => {
      const user = users.get(id);
      if (user === undefined || user.disabled === true) return undefined;
      return {
        accountId: id,
        claims: () => ({
          sub: id,
          name: user.name,
          preferred_username: user.username,
          realm_access: { roles: user.roles },
          hospital: user.hospital,
        }),
      };
    },
    loadExistingGrant: async (context) => {
      const { client: asked, session, provider: own } = context.oidc;
      const grant = new own.Grant({ clientId: asked?.clientId ?? '', accountId: session?.accountId ?? '' });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  };
}

/** A page with one field: whose name is typed is signed in. */
async function interact(made: Provider, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (req.method !== 'POST') {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    res.end(
      '<!doctype html><title>统一身份认证</title><form method="post"><input name="user" aria-label="user"><button>go</button> <button name="abort" value="1">no</button></form>',
    );
    return;
  }
  let text = '';
  for await (const chunk of req) text += String(chunk);
  const form = new URLSearchParams(text);
  if (form.get('abort') !== null) {
    await made.interactionFinished(req, res, { error: 'access_denied', error_description: 'given up' });
    return;
  }
  const typed = form.get('user');
  const found = [...users].find(([, user]) => user.username === typed);
  if (found === undefined) {
    res.writeHead(400).end();
    return;
  }
  const [accountId, user] = found;
  const login = { accountId, ...(user.amr === undefined ? {} : { amr: user.amr }) };
  await made.interactionFinished(req, res, { login });
}

process.on('message', (message: ProviderMessage) => {
  if (message.kind === 'user') users.set(message.sub, message.user);
  if (message.kind === 'client') {
    const { port } = server.address() as AddressInfo;
    const made = new Provider(`http://127.0.0.1:${port}`, configuration(message.client));
    provider = made;
    made.on('backchannel.error', (_context, error) =>
      process.stderr.write(`back channel: ${error.message}\n`),
    );
    made.on('server_error', (_context, error) => process.stderr.write(`${error.stack ?? ''}\n`));
    const answer = made.callback();
    handle = (req, res) => {
      if (req.url?.startsWith('/interaction/') === true)
        interact(made, req, res).catch((error: unknown) => {
          res.writeHead(500).end(String(error));
        });
      else void answer(req, res);
    };
  }
  process.send?.({ done: provider !== null || message.kind === 'user' });
});
process.on('disconnect', () => process.exit(0));
