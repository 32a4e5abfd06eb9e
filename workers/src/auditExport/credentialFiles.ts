import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import { DeliveryFailed, type ReceiverFiles } from './receiver.ts';

/** TLS with the operator's authorities and certificate. Read at each connection, so that renewed files are taken. */
export async function tlsFiles({ caFile, certFile, keyFile }: ReceiverFiles): Promise<SecureContextOptions> {
  const [ca, cert, key] = await Promise.all([read(caFile), read(certFile), read(keyFile)]);
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null || key === null ? {} : { cert, key }),
    minVersion: 'TLSv1.2',
  };
}

/** The bearer token, or null where none is configured. */
export async function tokenIn({ tokenFile }: ReceiverFiles): Promise<string | null> {
  const text = await read(tokenFile);
  return text === null ? null : text.toString('utf8').trim();
}

async function read(file: string | null): Promise<Buffer | null> {
  if (file === null) return null;
  try {
    return await readFile(file);
  } catch {
    throw new DeliveryFailed(`the file ${file} cannot be read`);
  }
}
