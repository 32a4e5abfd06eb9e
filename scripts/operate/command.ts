import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** A subcommand of `hutong`. */
export interface Command {
  name: string;
  /** The command line after `hutong`, for help. */
  usage: string;
  summary: string;
  /** Resolves to the exit code. @throws UsageError on a wrong command line */
  run(args: string[]): Promise<number>;
}

/** The command line is wrong; the message says what. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Reads `--name value` options. @throws UsageError on unknown or malformed ones */
export function readOptions<T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The value of a required option. @throws UsageError when it is absent */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value.trim() === '') throw new UsageError(`--${option} is needed`);
  return value;
}
