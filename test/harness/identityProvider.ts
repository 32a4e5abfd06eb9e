import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** Somebody at the provider. */
export interface ProviderUser {
  username: string;
  name: string;
  roles: string[];
  /** Codes of hospitals. */
  hospital: string[];
  amr?: string[];
  disabled?: boolean;
}

/** The server under test, as the provider knows it. */
export interface ProviderClient {
  id: string;
  secret: string;
  redirectUri: string;
  home: string;
  backChannelLogout: string;
}

export type ProviderMessage =
  { kind: 'user'; sub: string; user: ProviderUser } | { kind: 'client'; client: ProviderClient };

export interface IdentityProvider {
  url: string;
  /** Makes or changes somebody. */
  user(sub: string, user: ProviderUser): Promise<void>;
  /** Names the server that is under test, once its address is known; before that the provider answers 503. */
  client(client: ProviderClient): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an OpenID provider in a process of its own, on a free port. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const child = fork(path.join(import.meta.dirname, 'identityProviderProcess.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test', NODE_NO_WARNINGS: '1' },
    execArgv: [],
  });
  const next = async <Message>(): Promise<Message> => ((await once(child, 'message')) as [Message])[0];
  const { url } = await next<{ url: string }>();
  const tell = async (message: ProviderMessage): Promise<void> => {
    const told = next<{ done: boolean }>();
    child.send(message);
    await told;
  };
  return {
    url,
    user: (sub, user) => tell({ kind: 'user', sub, user }),
    client: (client) => tell({ kind: 'client', client }),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** What a browser does of this: follows redirects by itself, with cookies for each host and path. */
export class CookieBrowser {
  readonly #cookies = new Map<string, { host: string; path: string; name: string; value: string }>();

  /** One request, without following. */
  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    const cookie = [...this.#cookies.values()]
      .filter(
        ({ host, path: at }) => host === url.host && `${url.pathname}/`.startsWith(at.replace(/\/?$/, '/')),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const headers = new Headers(init.headers);
    if (cookie !== '') headers.set('cookie', cookie);
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.#keep(url.host, line);
    return answer;
  }

  #keep(host: string, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const equals = pair.indexOf('=');
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    const at = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
    const expires = attributes.find((each) => /^expires=/i.test(each))?.slice(8);
    const key = `${host} ${at} ${name}`;
    if (expires !== undefined && Date.parse(expires) < Date.now()) this.#cookies.delete(key);
    else this.#cookies.set(key, { host, path: at, name, value });
  }

  cookie(name: string): string | undefined {
    return [...this.#cookies.values()].find((each) => each.name === name)?.value;
  }

  /** Follows redirects until an answer is none, or leads to where `until` says. */
  async follow(
    address: string,
    until: (url: URL) => boolean = () => false,
  ): Promise<{ url: URL; answer: Response }> {
    let url = new URL(address);
    for (let hops = 0; hops < 12; hops += 1) {
      const answer = await this.ask(url.href);
      const location = answer.headers.get('location');
      if (location === null) return { url, answer };
      url = new URL(location, url);
      if (until(url)) return { url, answer };
    }
    throw new Error('too many redirects');
  }

  /** Signs in at the provider's own page. Returns where that led, not yet asked. */
  async enter(page: URL, form: Record<string, string>): Promise<URL> {
    const answer = await this.ask(page.href, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
    return new URL(location, page);
  }
}
