import { Agent, request } from 'node:http';

/** One request of a workload. */
export interface Shot {
  method?: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  /** Sent one after the other, not copied. */
  body?: readonly Buffer[];
  /** Statuses that count as right. */
  expect?: readonly number[];
}

export interface LoadResult {
  requests: number;
  seconds: number;
  /** Bytes of the bodies that were received. */
  received: number;
  /** Milliseconds, ascending. */
  latencies: number[];
}

/**
 * Fires `count` requests with `clients` of them open at once over kept connections, and reads each answer to its end.
 *
 * @throws Error at the first answer with another status than expected: a fast wrong answer is none
 */
export async function fire(shotOf: (n: number) => Shot, count: number, clients: number): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  let received = 0;
  let next = 0;
  const started = performance.now();
  async function client(): Promise<void> {
    while (next < count) {
      const shot = shotOf(next++);
      const begun = performance.now();
      const bytes = await send(shot, agent);
      received += bytes;
      latencies.push(performance.now() - begun);
    }
  }
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - started) / 1000;
  return { requests: count, seconds, received, latencies: latencies.sort((a, b) => a - b) };
}

function send(shot: Shot, agent: Agent): Promise<number> {
  const { method = 'GET', url, headers = {}, body = [], expect = [200] } = shot;
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, agent, headers: length === 0 ? headers : { ...headers, 'Content-Length': length } },
      (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
        answer.on('error', reject);
        answer.on('end', () => {
          if (expect.includes(answer.statusCode ?? 0)) resolve(bytes);
          else reject(new Error(`${method} ${new URL(url).pathname} was answered ${answer.statusCode ?? 0}`));
        });
      },
    );
    sent.on('error', reject);
    for (const piece of body) sent.write(piece);
    sent.end();
  });
}

/** The latency below which `part` (0–1) of the requests stayed, in milliseconds. */
export function percentile(result: LoadResult, part: number): number {
  const at = Math.min(result.latencies.length - 1, Math.floor(result.latencies.length * part));
  return result.latencies[at] ?? 0;
}
