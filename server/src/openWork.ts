import type { Express, Response } from 'express';

/**
 * Work that goes on after its connection is gone, such as a store whose client broke off: a server that is closed
 * waits for it before the index and the object store are closed.
 */
function setOf(app: Pick<Express, 'locals'>): Set<Promise<unknown>> {
  const locals = app.locals as { openWork?: Set<Promise<unknown>> };
  return (locals.openWork ??= new Set());
}

/** Counts the work as open until it settles. Returns it. */
export async function keepOpen<T>(res: Response, work: Promise<T>): Promise<T> {
  const open = setOf(res.app as Pick<Express, 'locals'>);
  open.add(work);
  try {
    return await work;
  } finally {
    open.delete(work);
  }
}

/** Resolves when no work is open any more. */
export async function workDone(app: Pick<Express, 'locals'>): Promise<void> {
  const open = setOf(app);
  while (open.size > 0) await Promise.allSettled(open);
}
