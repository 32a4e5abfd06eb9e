import { problem } from '../problem.ts';

/** Requests that wait for changes at once, of all callers and of one. */
export const MAX_WAITING = 200;
export const MAX_WAITING_OF_CALLER = 20;

/** Counts the requests that wait, so that they cannot take all connections of a server. */
export class WaitingRoom {
  readonly #ofCaller = new Map<string, number>();
  #all = 0;

  /** Takes a place; the returned function gives it back. @throws HttpProblem 503 when there is none */
  enter(callerId: string): () => void {
    const own = this.#ofCaller.get(callerId) ?? 0;
    if (this.#all >= MAX_WAITING || own >= MAX_WAITING_OF_CALLER) {
      throw problem('busy', {
        detail: 'Too many requests wait for changes already. Close some, or ask without waiting.',
        detailZh: '等待变更的请求过多，请关闭部分连接，或改为不等待的查询。',
        headers: { 'Retry-After': '5' },
      });
    }
    this.#all += 1;
    this.#ofCaller.set(callerId, own + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#all -= 1;
      const left = (this.#ofCaller.get(callerId) ?? 1) - 1;
      if (left === 0) this.#ofCaller.delete(callerId);
      else this.#ofCaller.set(callerId, left);
    };
  }
}
