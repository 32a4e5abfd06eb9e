import fs from 'node:fs';
import path from 'node:path';
import { multistream, pino, type Logger } from 'pino';

const ROTATE_BYTES = 64 * 1024 * 1024;

/**
 * Lines of a busy process are gathered for a moment: a write for each costs a twentieth of what answers a small request. A
 * process that ends, whatever its reason, writes what it holds; one that is killed loses the last moment. What people did
 * is in the audit trail, which is durable before each answer.
 */
const GATHERED = { sync: false, minLength: 4096, periodicFlush: 100 } as const;

/** JSON lines on stderr; stdout is for what a person or script asked for. */
export function createLog(level: string, name: string, gathered = false): Logger {
  const destination = pino.destination({ dest: 2, ...(gathered ? GATHERED : { sync: false }) });
  return pino({ name, level, base: { pid: process.pid } }, destination);
}

/** JSON lines in a file, and those from `warn` up on stderr too, where a person may sit. */
export function createFileLog(level: string, name: string, file: string): Logger {
  // Opened here and now: a process that ends before the logger had opened it would end with the logger's own error.
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = fs.openSync(file, 'a');
  const streams = multistream([
    { level: 'trace', stream: pino.destination({ dest: descriptor, ...GATHERED }) },
    { level: 'warn', stream: pino.destination({ dest: 2, sync: false }) },
  ]);
  return pino({ name, level, base: { pid: process.pid } }, streams);
}

/** The log of a server or worker as its configuration asks. */
export function createProcessLog(config: { logLevel: string; logFile: string | null }, name: string): Logger {
  return config.logFile === null
    ? createLog(config.logLevel, name, true)
    : createFileLog(config.logLevel, name, config.logFile);
}

/** Keeps one older log file beside the current one; called before anybody writes to it. */
export function rotateLog(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_BYTES) fs.renameSync(file, `${file}.1`);
}
