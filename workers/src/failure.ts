import { errorCode, type FailurePolicy } from '@hutong/storage-config';

/** About six minutes of attempts; after that a person has to look. */
export const FAILURE_POLICY: FailurePolicy = { maxAttempts: 7, backoffSeconds: 5, maxBackoffSeconds: 300 };

/**
 * What went wrong, without the message, which may quote patient data: the kind of error, its code, and where in the
 * program it arose.
 */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = errorCode(error);
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? '';
  const [, place = 'unknown place'] = /([^/\\(]+:\d+):\d+\)?$/.exec(frame) ?? [];
  return `${error.name}${code === undefined ? '' : ` ${code}`} at ${place}`;
}
