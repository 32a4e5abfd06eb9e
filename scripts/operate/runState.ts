import fs from 'node:fs';
import path from 'node:path';

/** What a running cloud leaves in its data folder, so that other commands find it. */
export interface RunState {
  pid: number;
  databaseUrl: string;
  url: string | null;
}

const fileIn = (dataDirectory: string): string => path.join(dataDirectory, 'run.json');

/** Writes the state readable by the owner alone: the database URL is a credential. */
export function writeRunState(dataDirectory: string, state: RunState): void {
  const file = fileIn(dataDirectory);
  fs.mkdirSync(dataDirectory, { recursive: true });
  fs.writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

export function removeRunState(dataDirectory: string): void {
  fs.rmSync(fileIn(dataDirectory), { force: true });
}

/** The state of a cloud that runs on this folder now, or null. */
export function readRunState(dataDirectory: string): RunState | null {
  try {
    const state = JSON.parse(fs.readFileSync(fileIn(dataDirectory), 'utf8')) as RunState;
    process.kill(state.pid, 0);
    return state;
  } catch {
    return null;
  }
}
