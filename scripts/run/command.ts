import { spawn, type SpawnOptions } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface CommandResult {
  code: number;
  output: string;
  milliseconds: number;
}

/**
 * Runs a command of the workspace to its end.
 *
 * @param show whether its output is passed through; it is always kept for the caller
 */
export function runCommand(
  command: string,
  args: string[],
  options: { show?: boolean; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<CommandResult> {
  const started = Date.now();
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd ?? ROOT,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  return new Promise((resolve) => {
    const child = spawn(command, args, spawnOptions);
    let output = '';
    const keep = (chunk: Buffer, stream: NodeJS.WriteStream): void => {
      output += chunk.toString('utf8');
      if (options.show === true) stream.write(chunk);
    };
    child.stdout?.on('data', (chunk: Buffer) => keep(chunk, process.stdout));
    child.stderr?.on('data', (chunk: Buffer) => keep(chunk, process.stderr));
    child.on('error', (error) =>
      resolve({ code: 127, output: `${output}\n${error.message}`, milliseconds: Date.now() - started }),
    );
    child.on('close', (code) => resolve({ code: code ?? 1, output, milliseconds: Date.now() - started }));
  });
}

/** Path of a tool installed in the workspace root, as a script for this Node. */
export function toolScript(packageName: string, relative: string): string {
  return path.join(ROOT, 'node_modules', packageName, relative);
}
