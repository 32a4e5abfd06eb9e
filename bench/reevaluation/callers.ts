import { percentile } from '../gateway/load.ts';
import { studyUidOf } from '../searchLarge/makeIndex.ts';

export interface Seen {
  requests: number;
  /** Milliseconds. */
  p50: number;
  p95: number;
  p99: number;
}

export interface Callers {
  /** What was seen since it was asked last. */
  take(): Seen;
  /** @throws Error when a request was not answered as it should */
  stop(): Promise<void>;
}

/** Between two requests, in milliseconds. */
const GAP_MS = 20;

/** Somebody who searches and looks at verdicts in turn, as people do: without haste, so that it is not the load. */
export function startCallers(url: string, key: string, studies: number): Callers {
  const headers = { Authorization: `Bearer ${key}`, Accept: 'application/dicom+json, application/json' };
  let latencies: number[] = [];
  let isStopped = false;
  async function call(): Promise<void> {
    for (let n = 0; !isStopped; n += 1) {
      const study = 1 + ((n * 7919) % studies);
      const day = String(1 + (n % 28)).padStart(2, '0');
      const path =
        n % 2 === 0
          ? `/dicomweb/studies?StudyDate=202503${day}&limit=25`
          : `/api/studies/${studyUidOf(study)}/conformance`;
      const begun = performance.now();
      const answer = await fetch(url + path, { headers });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
      latencies.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, GAP_MS));
    }
  }
  const calling = call();
  // Told when it is stopped.
  calling.catch(() => undefined);
  return {
    take: () => {
      const sorted = latencies.toSorted((a, b) => a - b);
      latencies = [];
      const result = { requests: sorted.length, seconds: 0, received: 0, latencies: sorted };
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => percentile(result, part));
      return { requests: sorted.length, p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 };
    },
    stop: async () => {
      isStopped = true;
      await calling;
    },
  };
}
