import { createHash, X509Certificate } from 'node:crypto';
import { type ApiKey, type HutongConfig, inNetworks } from '@hutong/storage-config';
import type { Request } from 'express';

/** From where a key is used, and with what. */
export interface KeyUse {
  /** Network address of the client; empty when it is not known. */
  address: string;
  /** The header in which the trusted proxy tells the client certificate, as it came. */
  certificate: string | null;
}

/** Nothing is known of where it comes from. */
export const NOWHERE: KeyUse = { address: '', certificate: null };

/** Where a request comes from. A client's own header is not believed: the setting exists only with a trusted proxy. */
export function keyUseOf(req: Request, config: Pick<HutongConfig, 'clientCertificateHeader'>): KeyUse {
  const { clientCertificateHeader: header } = config;
  // A header that stands twice came from the client once.
  const values = header === null ? [] : (req.headersDistinct[header] ?? []);
  return { address: req.ip ?? '', certificate: values.length === 1 ? (values[0] ?? null) : null };
}

/** Whether a key may be used so: from one of its networks, with the certificate it is bound to. */
export function mayBeUsed(key: Pick<ApiKey, 'networks' | 'clientCertificate'>, use: KeyUse): boolean {
  if (key.networks !== null && !inNetworks(use.address, key.networks)) return false;
  return (
    key.clientCertificate === null ||
    (use.certificate !== null && certificateDigest(use.certificate) === key.clientCertificate)
  );
}

const SHA256 = /^[0-9a-f]{64}$/;
const LONGEST_HEADER = 20_000;

/**
 * SHA-256 of a client certificate in hexadecimal, as proxies tell it: the digest itself (HAProxy, also with colons), the
 * certificate as PEM with percent-encoding (nginx `$ssl_client_escaped_cert`), or as RFC 9440 §2.1 has it. null: none of these.
 */
export function certificateDigest(text: string): string | null {
  if (text.length > LONGEST_HEADER) return null;
  const digest = text.trim().replaceAll(':', '').toLowerCase();
  if (SHA256.test(digest)) return digest;
  try {
    const [, der] = /^:([A-Za-z0-9+/=]+):$/.exec(text.trim()) ?? [];
    const bytes = der === undefined ? decodeURIComponent(text) : Buffer.from(der, 'base64');
    return createHash('sha256').update(new X509Certificate(bytes).raw).digest('hex');
  } catch {
    return null;
  }
}
