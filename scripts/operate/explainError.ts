/** What to do about the system errors that operators meet first, by code. */
const ADVICE: Record<string, string> = {
  EADDRINUSE: 'another program listens on this port: stop it, or set HUTONG_PORT to a free one (0 takes any)',
  EADDRNOTAVAIL: 'this machine has no such address: set HUTONG_HOST to one of its own, or to 0.0.0.0 for all',
  EACCES:
    'this user may not do that: for a folder, give it to the user who runs Hutong or set HUTONG_DATA to another; for a port below 1024, set HUTONG_PORT to a higher one',
  EPERM:
    'this user may not do that: give the folder to the user who runs Hutong, or set HUTONG_DATA to another',
  EROFS: 'the file system is read-only: set HUTONG_DATA to a folder that can be written',
  ENOTDIR: 'a file stands where a folder is needed: set HUTONG_DATA to a folder',
  EEXIST: 'a file stands where a folder is needed: set HUTONG_DATA to a folder',
  ENOSPC: 'the disk is full: free some space',
  ECONNREFUSED: 'nothing answers there: is PostgreSQL (HUTONG_DATABASE_URL) or the S3 server running?',
  ENOTFOUND: 'no machine has this name: check HUTONG_DATABASE_URL and HUTONG_S3_ENDPOINT',
  '28P01': 'PostgreSQL refused the password: check HUTONG_DATABASE_URL',
  '3D000': 'PostgreSQL has no such database: create it, or check HUTONG_DATABASE_URL',
};

/** The message of an error, and what to do about it where that is known. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // Of several addresses that were tried in vain the message is empty.
  const message = error.message === '' ? code : error.message;
  const advice = ADVICE[code];
  return advice === undefined ? message : `${message}\n  ${advice}`;
}
