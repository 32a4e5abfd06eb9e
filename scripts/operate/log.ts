import { pino, type Logger } from 'pino';

/** JSON lines on stderr; stdout is for what a person or script asked for. */
export function createLog(level: string, name: string): Logger {
  return pino({ name, level, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: false }));
}
