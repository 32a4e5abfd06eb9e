import {
  type HutongConfig,
  isNetwork,
  isPlainText,
  KEY_PURPOSES,
  KEY_SCOPES,
  type KeyChange,
  type KeyRecord,
  keyState,
  plainText,
} from '@hutong/storage-config';
import { z } from 'zod';
import { certificateDigest } from '../auth/keyUse.ts';
import type { KeyBody } from '../contract/keys.ts';
import { HttpProblem } from '../problem.ts';

const HOSPITAL_CODE = /^[a-z0-9][a-z0-9-]{0,31}$/;
const LONGEST_LABEL = 100;
const MOST_NETWORKS = 50;
const LONGEST_YEARS = 20;

const settings = {
  label: z
    .string()
    .transform(plainText)
    .refine((text) => text !== '' && isPlainText(text, LONGEST_LABEL)),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine(isSoon)
    .nullable(),
  purpose: z.enum(KEY_PURPOSES),
  networks: z
    .array(z.string().trim().refine(isNetwork))
    .min(1)
    .max(MOST_NETWORKS)
    .transform((given) => [...new Set(given.map((network) => network.toLowerCase()))])
    .nullable(),
  clientCertificate: z.string().max(20_000).transform(readCertificate).nullable(),
};

export const newKey = z.strictObject({
  hospital: z.string().regex(HOSPITAL_CODE).nullable(),
  scopes: z
    .array(z.enum(KEY_SCOPES))
    .min(1)
    .transform((given) => [...new Set(given)]),
  label: settings.label,
  expiresAt: settings.expiresAt.default(null),
  purpose: settings.purpose.default('TREAT'),
  networks: settings.networks.default(null),
  clientCertificate: settings.clientCertificate.default(null),
});
export const keyChange = z
  .strictObject(settings)
  .partial()
  .transform((given): KeyChange =>
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
export const rotation = z.strictObject({ overlapHours: z.number().min(0).max(720).default(24) });

/** In the future, and in a lifetime. */
function isSoon(date: Date): boolean {
  const left = date.getTime() - Date.now();
  return left > 0 && left < LONGEST_YEARS * 366 * 86_400_000;
}

function readCertificate(text: string, context: z.RefinementCtx): string {
  const digest = certificateDigest(text);
  if (digest !== null) return digest;
  context.addIssue({ code: 'custom', message: 'no certificate' });
  return z.NEVER;
}

/** Without the header of a proxy a key that is bound to a certificate could never be used. @throws HttpProblem 409 */
export function checkCertificate(
  wanted: Pick<KeyChange, 'clientCertificate'>,
  { clientCertificateHeader }: Pick<HutongConfig, 'clientCertificateHeader'>,
): void {
  if (wanted.clientCertificate === undefined || wanted.clientCertificate === null) return;
  if (clientCertificateHeader !== null) return;
  throw new HttpProblem(
    409,
    'no-client-certificates',
    'This installation is not told client certificates: HUTONG_CLIENT_CERTIFICATE_HEADER is not set.',
    '本系统未接收客户端证书（未设置 HUTONG_CLIENT_CERTIFICATE_HEADER），不能绑定证书。',
  );
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

export const keyBody = (key: KeyRecord, mayChange: boolean): KeyBody => ({
  id: key.id,
  label: key.label,
  hospital: key.hospitalCode,
  scopes: key.scopes,
  purpose: key.purpose,
  state: keyState(key),
  createdAt: key.createdAt.toISOString(),
  createdBy: key.author,
  expiresAt: iso(key.expiresAt),
  revokedAt: iso(key.revokedAt),
  lastUsedAt: iso(key.lastUsedAt),
  lastUsedAddress: key.lastUsedAddress,
  rotatedAt: iso(key.rotatedAt),
  previous:
    key.previousValidUntil === null
      ? null
      : { validUntil: key.previousValidUntil.toISOString(), lastUsedAt: iso(key.previousUsedAt) },
  networks: key.networks,
  clientCertificate: key.clientCertificate,
  mayChange,
});
