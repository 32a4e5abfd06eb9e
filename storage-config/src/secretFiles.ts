import { readFileSync } from 'node:fs';

/** Settings that hold secrets; each may stand in a file instead, named by the setting with `_FILE` behind it. */
export const SECRET_SETTINGS = [
  'HUTONG_DATABASE_URL',
  'HUTONG_REDIS_URL',
  'HUTONG_S3_ACCESS_KEY',
  'HUTONG_S3_SECRET_KEY',
] as const;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The environment with the secrets that stand in files, as container platforms hand them over; a last line break is not a
 * part of the secret.
 *
 * @returns what is wrong by setting, never what a file holds
 */
export function withSecretFiles(env: Env): { env: Env; problems: string[] } {
  const files: ReadonlySet<string> = new Set(SECRET_SETTINGS.map((name) => `${name}_FILE`));
  const found = Object.fromEntries(Object.entries(env).filter(([name]) => !files.has(name)));
  const problems: string[] = [];
  for (const name of SECRET_SETTINGS) {
    const setting = `${name}_FILE`;
    const file = env[setting];
    if (file === undefined || file === '') continue;
    if ((env[name] ?? '') !== '') problems.push(`${setting}: is given together with ${name}; one is enough`);
    try {
      found[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      if (found[name] === '') problems.push(`${setting}: the file is empty`);
    } catch {
      problems.push(`${setting}: there is no file to be read at ${file}`);
    }
  }
  return { env: found, problems };
}
