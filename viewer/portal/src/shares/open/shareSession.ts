/** Opens a share and keeps its contents fresh: the effects around the states of `opening.ts`. */
import type { OpenedShareBody, ShareContent } from '@hutong/server/contract/shares';
import { ApiError, getJson, sendJson } from '../../api/http.ts';
import { opened, shareTokenOf, type Opening, type OpeningEvent } from './opening.ts';

const ALIAS = 'hutong.share';
/** While images are awaited, and while they are looked at: a share that was ended is noticed without a tap. */
const WAITING_MS = 4_000;
const LOOKING_MS = 10_000;
/** As often where the server tells of changes by itself. */
const TOLD_MS = 60_000;
const RECONNECT_MS = 3_000;
/** A link that waits for its reader to sign in; gone as soon as it was used. */
const LINK = 'hutong.share.link';
/** Where the sign-in page goes when it is done. */
const AFTER_SIGN_IN = 'hutong.afterSignIn';

export interface ShareSession {
  state: () => Opening;
  subscribe: (changed: () => void) => () => void;
  /** Sends what was asked for. */
  submit: (factor: string) => Promise<void>;
  /** Asks again what was not answered. */
  retry: () => Promise<void>;
  /** Looks now whether the share is still open, as when a picture was refused. */
  check: () => Promise<void>;
  /** Goes to the sign-in page, which leads back here. */
  signIn: () => void;
}

function remembered(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing asks for the link again after a reload.
  }
}

/** Begins with the link in the address, or goes on with the share this tab had open. */
export function beginShareSession(): ShareSession {
  let state: Opening = { kind: 'working' };
  let token: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told: EventSource | null = null;
  const listeners = new Set<() => void>();

  const take = (event: OpeningEvent): void => {
    state = opened(state, event);
    if (state.kind === 'opened') {
      remember(ALIAS, state.alias);
      // It has done its work: what can be read out of the page opens nothing.
      token = null;
    } else if (state.kind === 'refused') remember(ALIAS, null);
    if (state.kind !== 'opened') listen(null);
    for (const changed of listeners) changed();
  };
  const takeFailure = (error: unknown): void => {
    if (error instanceof ApiError && error.status !== 0)
      take({
        kind: 'problem',
        status: error.status,
        problem: error.problem,
        wait: error.retryAfter,
        at: Date.now(),
      });
    else take({ kind: 'unanswered' });
  };

  const exchange = async (factor: string | null): Promise<void> => {
    try {
      const body = await sendJson<OpenedShareBody>('POST', '/api/share-sessions', {
        token,
        ...(factor === null ? {} : { factor }),
      });
      if (body === null) throw new ApiError(0, null, '');
      take({ kind: 'exchanged', body, at: Date.now() });
    } catch (error) {
      takeFailure(error);
    }
    await read();
  };

  const openAlias = (): string | null => (state.kind === 'opened' ? state.alias : null);

  const read = async (): Promise<void> => {
    clearTimeout(timer);
    const alias = openAlias();
    if (alias === null) return;
    try {
      const content = await getJson<ShareContent>(`/shares/${alias}/content`);
      // Another link may have been opened meanwhile.
      if (openAlias() === alias) {
        take({ kind: 'content', content });
        listen(alias);
      }
    } catch (error) {
      if (openAlias() === alias) takeFailure(error);
    }
    clearTimeout(timer);
    if (openAlias() !== null) timer = setTimeout(() => void readWhenSeen(), waitMs());
  };
  const waitMs = (): number => {
    if (told?.readyState === EventSource.OPEN) return TOLD_MS;
    return state.kind === 'opened' && (state.content === null || state.content.waiting)
      ? WAITING_MS
      : LOOKING_MS;
  };
  /** Hears of changes and of the end of the share; null: no more. Without it, asking now and then has to do. */
  const listen = (alias: string | null): void => {
    if (alias === null || typeof EventSource === 'undefined') {
      told?.close();
      told = null;
      return;
    }
    if (told !== null) return;
    const source = new EventSource(`/shares/${alias}/events`);
    told = source;
    source.addEventListener('changed', () => void read());
    source.addEventListener('error', () => {
      source.close();
      if (told !== source) return;
      // Cut off: most likely the share is over, or the network.
      void read().finally(() =>
        setTimeout(() => {
          if (told !== source) return;
          told = null;
          listen(openAlias());
        }, RECONNECT_MS),
      );
    });
  };
  const readWhenSeen = async (): Promise<void> => {
    // A page in the background asks when it is looked at again.
    if (document.visibilityState !== 'visible') return;
    if (state.kind === 'signIn') await begin();
    else await read();
  };

  const begin = async (): Promise<void> => {
    const given = shareTokenOf(location.hash);
    // At once, so that neither history nor a screenshot holds what opens the share.
    if (location.hash !== '') history.replaceState(null, '', location.pathname);
    token = given ?? token ?? remembered(LINK);
    remember(LINK, null);
    if (token !== null) {
      take({ kind: 'begun' });
      await exchange(null);
      return;
    }
    const alias = remembered(ALIAS);
    if (alias === null || !/^[a-z2-9]{12}$/.test(alias)) {
      take({ kind: 'noLink' });
      return;
    }
    take({ kind: 'resumed', alias });
    await read();
  };
  addEventListener('hashchange', () => {
    if (shareTokenOf(location.hash) !== null) void begin();
  });
  document.addEventListener('visibilitychange', () => void readWhenSeen());
  void begin();

  return {
    state: () => state,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    submit: async (factor) => {
      if (token === null || (state.kind === 'asked' && state.busy)) return;
      take({ kind: 'submitted' });
      await exchange(factor);
    },
    retry: async () => {
      if (state.kind === 'opened') await read();
      else await begin();
    },
    check: read,
    signIn: () => {
      remember(LINK, token);
      remember(AFTER_SIGN_IN, location.pathname);
      location.assign('/sign-in');
    },
  };
}
