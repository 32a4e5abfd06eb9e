import type { StudyConformanceBody } from '@hutong/server/contract/conformance';
import { hospitalQuery } from '../openHospital.ts';

export type Failure = 'offline' | 'signedOut' | 'absent' | 'server';

/** What is known of one study's conformance at this moment. */
export type ConformanceState =
  | { kind: 'loading' }
  | { kind: 'ready'; response: StudyConformanceBody; refreshFailed: boolean }
  | { kind: 'failed'; failure: Failure };

export interface ConformanceStore {
  /** Tells of every change; the first subscriber of a study starts its reading, the last one stops it. */
  subscribe(studyInstanceUid: string, listener: () => void): () => void;
  get(studyInstanceUid: string): ConformanceState;
  /** Reads again now, for example when the reader presses “try again”. */
  refresh(studyInstanceUid: string): void;
}

interface Entry {
  state: ConformanceState;
  listeners: Set<() => void>;
  attempts: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  abort: AbortController | undefined;
}

export interface ConformanceStoreOptions {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  onSignedOut: () => void;
}

const loading: ConformanceState = { kind: 'loading' };

/**
 * Milliseconds until a study is asked about again; null when the answer is final. A pending study is asked about
 * soon and then ever less often; one that is judged but not settled, once a minute.
 */
export function nextLookIn(response: StudyConformanceBody, attempts: number): number | null {
  if (response.status === 'pending') return Math.min(2000 * 1.5 ** attempts, 15_000);
  return response.settled ? null : 60_000;
}

export function failureOf(status: number): Failure {
  if (status === 401) return 'signedOut';
  return status === 403 || status === 404 ? 'absent' : 'server';
}

/** Keeps the conformance of the open studies up to date through `GET /api/studies/{uid}/conformance`. */
export function createConformanceStore({ fetch, onSignedOut }: ConformanceStoreOptions): ConformanceStore {
  const entries = new Map<string, Entry>();

  function entryOf(uid: string): Entry {
    let entry = entries.get(uid);
    if (!entry) {
      entry = { state: loading, listeners: new Set(), attempts: 0, timer: undefined, abort: undefined };
      entries.set(uid, entry);
    }
    return entry;
  }

  function settle(entry: Entry, state: ConformanceState): void {
    entry.state = state;
    for (const listener of entry.listeners) listener();
  }

  function fail(uid: string, entry: Entry, failure: Failure): void {
    if (failure === 'signedOut') onSignedOut();
    const { state } = entry;
    if (state.kind !== 'ready') {
      settle(entry, { kind: 'failed', failure });
      return;
    }
    // What was read before stays on screen; the next look may succeed.
    settle(entry, { ...state, refreshFailed: true });
    if (failure !== 'signedOut') lookAgain(uid, entry, 15_000);
  }

  function lookAgain(uid: string, entry: Entry, milliseconds: number): void {
    if (entry.listeners.size === 0) return;
    entry.timer = setTimeout(() => void look(uid, entry), milliseconds);
  }

  async function look(uid: string, entry: Entry): Promise<void> {
    stop(entry);
    const abort = new AbortController();
    entry.abort = abort;
    try {
      const answer = await fetch(`/api/studies/${encodeURIComponent(uid)}/conformance${hospitalQuery()}`, {
        headers: { Accept: 'application/json' },
        credentials: 'same-origin',
        signal: abort.signal,
      });
      if (!answer.ok) {
        fail(uid, entry, failureOf(answer.status));
        return;
      }
      const response = (await answer.json()) as StudyConformanceBody;
      settle(entry, { kind: 'ready', response, refreshFailed: false });
      const wait = nextLookIn(response, entry.attempts);
      entry.attempts += 1;
      if (wait !== null) lookAgain(uid, entry, wait);
    } catch {
      if (!abort.signal.aborted) fail(uid, entry, 'offline');
    }
  }

  function stop(entry: Entry): void {
    clearTimeout(entry.timer);
    entry.abort?.abort();
  }

  return {
    subscribe(uid, listener) {
      const entry = entryOf(uid);
      entry.listeners.add(listener);
      if (entry.listeners.size === 1) void look(uid, entry);
      return () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size === 0) stop(entry);
      };
    },
    get: (uid) => entries.get(uid)?.state ?? loading,
    refresh(uid) {
      const entry = entryOf(uid);
      entry.attempts = 0;
      if (entry.state.kind === 'failed') settle(entry, loading);
      void look(uid, entry);
    },
  };
}
