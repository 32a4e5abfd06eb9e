import { ObjectStoreFull, ObjectStoreUnavailable } from './objectStore.ts';

/** Error codes of drivers (SQLSTATE classes 08, 53, 57P and sockets) that mean "not now" rather than "wrong". */
const OUTAGE = /^(08...|53...|57P..|ECONN(REFUSED|RESET)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;

/** What pg says without any code when a connection cannot be had or was lost. */
const NO_CONNECTION =
  /^(timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered)/;

/** Whether an error says that a part the server stands on does not answer at the moment. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ObjectStoreUnavailable || error instanceof ObjectStoreFull) return true;
  if ('code' in error && typeof error.code === 'string') return OUTAGE.test(error.code);
  return NO_CONNECTION.test(error.message);
}
