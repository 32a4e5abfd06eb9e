import type { Response } from 'express';
import { type Caller, callerIfAny, openedBy, viewOf } from '../context.ts';

/** How often it is asked whether who asked would be answered still, in milliseconds. */
const ASK_EVERY_MS = 300;
/** Callers that are asked for at once. */
const AT_ONCE = 4;

interface Study {
  hospital: string;
  studyInstanceUid: string;
}

/** One credential, used in one way, and what is being answered to it. */
interface Watched {
  callerNow: () => Promise<Caller | null>;
  /** Answers and when they began. */
  open: Map<Response, number>;
}

interface WatchLocals {
  answered?: Study[];
}

/** Says whose data an answer holds, so that it ends when its caller may not read that any more. */
export function noteStudy(res: Response, study: Study): void {
  ((res.locals as WatchLocals).answered ??= []).push(study);
}

/**
 * Cuts off answers under way whose caller would not be answered any more: signed out, disabled or without the role, a key
 * that was revoked, a grant or a policy that ended. Asked once for each credential, and only while answers last; most are
 * over before.
 */
export class CallerWatch {
  readonly #watched = new Map<string, Watched>();
  #asking = false;

  /**
   * Watches over an answer until it is closed.
   *
   * @param credential what is equal for requests of one caller
   */
  add(credential: string, res: Response, callerNow: () => Promise<Caller | null>): void {
    // Whoever left while it was looked up who it is gets no answer.
    if (res.closed) return;
    const watched = this.#watched.get(credential) ?? { callerNow, open: new Map<Response, number>() };
    // Of the newest request, whose connection is known to be there.
    watched.callerNow = callerNow;
    watched.open.set(res, performance.now());
    this.#watched.set(credential, watched);
    res.once('close', () => {
      watched.open.delete(res);
      if (watched.open.size === 0 && this.#watched.get(credential) === watched)
        this.#watched.delete(credential);
    });
    this.#ask();
  }

  #ask(): void {
    if (this.#asking || this.#watched.size === 0) return;
    this.#asking = true;
    setTimeout(() => {
      void this.#cutAll().finally(() => {
        this.#asking = false;
        this.#ask();
      });
    }, ASK_EVERY_MS).unref();
  }

  async #cutAll(): Promise<void> {
    const before = performance.now() - ASK_EVERY_MS;
    const lasting = [...this.#watched.values()].flatMap(({ callerNow, open }) => {
      const answers = [...open].flatMap(([res, since]) => (since <= before && isUnderWay(res) ? [res] : []));
      return answers.length === 0 ? [] : [{ callerNow, answers }];
    });
    while (lasting.length > 0) await Promise.all(lasting.splice(0, AT_ONCE).map((one) => cutEnded(one)));
  }
}

/** Streams of events ask for themselves before each event. */
const isUnderWay = (res: Response): boolean =>
  res.headersSent && !String(res.getHeader('content-type')).startsWith('text/event-stream');

async function cutEnded({
  callerNow,
  answers,
}: {
  callerNow: () => Promise<Caller | null>;
  answers: readonly Response[];
}): Promise<void> {
  try {
    const now = await callerNow();
    for (const res of answers) if (now === null ? !hasRunOut(res) : !mayGoOn(res, now)) res.destroy();
  } catch {
    // While it cannot be asked, nothing can be ended either; what other hospitals opened is not known to be open.
    for (const res of answers) if (callerIfAny(res)?.access !== undefined) res.destroy();
  }
}

/** Access tokens last minutes, large answers may last longer: what began in time is finished. */
function hasRunOut(res: Response): boolean {
  const caller = callerIfAny(res);
  const until = caller?.session === undefined ? (caller?.sessionExpiresAt ?? null) : null;
  return until !== null && until.getTime() <= Date.now();
}

/** Whether what is answered may still be read; of answers that are no study's, whether no right was lost. */
function mayGoOn(res: Response, now: Caller): boolean {
  const { answered } = res.locals as WatchLocals;
  if (answered !== undefined) {
    const view = viewOf(now, { hospital: null });
    return answered.every((study) => openedBy(view, study) !== null);
  }
  const before = Object.entries(callerIfAny(res)?.rights ?? {});
  return before.every(([scope, hospitals]) => {
    const left = now.rights[scope as keyof Caller['rights']];
    if (left === undefined) return false;
    return left === null || (hospitals !== null && hospitals.every((code) => left.includes(code)));
  });
}
