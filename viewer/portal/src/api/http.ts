/** One way to ask the server: JSON in, JSON out, failures as `ApiError`. Same origin only, cookies of the session. */
import type { Problem } from '@hutong/server/contract';
import { activityHeaders } from '../session/activity.ts';

const TIMEOUT_MS = 20_000;

/** A request that was answered with an error status, or not answered at all (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem | null;
  readonly requestId: string;
  /** The whole answer, where it says more than a problem does. */
  readonly body: unknown;
  /** Seconds after which it may be asked again; null where nothing was said. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    problem: Problem | null,
    requestId: string,
    body: unknown = null,
    retryAfter: number | null = null,
  ) {
    // Never the address: a search text in it may be a patient's name.
    super(problem?.title ?? (status === 0 ? 'The server did not answer' : `The server answered ${status}`));
    this.status = status;
    this.problem = problem;
    this.requestId = requestId;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

function problemIn(body: unknown): Problem | null {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
    ? (body as Problem)
    : null;
}

async function send(
  path: string,
  init: RequestInit,
  signal?: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<Response> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(path, {
      ...init,
      headers: { ...(init.headers as Record<string, string> | undefined), ...activityHeaders() },
      credentials: 'same-origin',
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiError(0, null, '');
  }
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const problem = problemIn(body);
  const requestId = problem?.requestId ?? response.headers.get('x-request-id') ?? '';
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  throw new ApiError(
    response.status,
    problem,
    requestId,
    body,
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}

/** GET of a JSON body. The caller names the type the contract gives that path. */
export async function getJson<Body>(
  path: string,
  signal?: AbortSignal,
  accept = 'application/json',
): Promise<Body> {
  const response = await checked(await send(path, { headers: { accept } }, signal));
  // A search without a match has no body.
  return (response.status === 204 ? [] : await response.json()) as Body;
}

/** POST of a JSON body whose answer is not needed. */
export async function postJson(path: string, body: unknown): Promise<void> {
  await sendJson('POST', path, body);
}

/** A request with a JSON body; its answer, or null where it has none. The caller names the type of the contract. */
export async function sendJson<Body>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
): Promise<Body | null> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const response = await checked(await send(path, { method, headers, body: JSON.stringify(body) }));
  return response.status === 204 ? null : ((await response.json()) as Body);
}

/** POST of a text or a file that is sent as it is; `timeoutMs` for what a server needs longer to judge. */
export async function sendText<Body>(
  path: string,
  text: string | Blob,
  contentType: string,
  timeoutMs = TIMEOUT_MS,
): Promise<Body> {
  const headers = { accept: 'application/json', 'content-type': contentType };
  const response = await checked(
    await send(path, { method: 'POST', headers, body: text }, undefined, timeoutMs),
  );
  return (await response.json()) as Body;
}

/** POST of a JSON body that is answered by a text, such as a table. */
export async function postForText(path: string, body: unknown, timeoutMs = TIMEOUT_MS): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await checked(await send(path, init, undefined, timeoutMs))).text();
}

/** A query string of what is given; null and empty values are left out, lists repeat their name. */
export function queryOf(parameters: Readonly<Record<string, string | readonly string[] | null>>): string {
  const query = new URLSearchParams();
  for (const [name, given] of Object.entries(parameters)) {
    for (const value of typeof given === 'string' ? [given] : (given ?? [])) {
      if (value !== '') query.append(name, value);
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** DELETE without a body. */
export async function remove(path: string): Promise<void> {
  await checked(await send(path, { method: 'DELETE', headers: { accept: 'application/json' } }));
}

export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

/** A request whose body is a file, sent as it is; `timeoutMs` for what a server needs longer to read. Null: no answer but done. */
export async function sendFile<Body>(
  method: 'POST' | 'PUT',
  path: string,
  file: Blob,
  timeoutMs = 120_000,
): Promise<Body | null> {
  const type = file.type === '' ? 'application/octet-stream' : file.type;
  const headers = { accept: 'application/json', 'content-type': type };
  const response = await checked(await send(path, { method, headers, body: file }, undefined, timeoutMs));
  return response.status === 204 ? null : ((await response.json()) as Body);
}
