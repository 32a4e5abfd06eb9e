import { z } from 'zod';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'];

const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC']), kid: z.string().min(1).max(200) })
  // Whoever sends a private key has to make another: it was shown.
  .refine((key) => PRIVATE_MEMBERS.every((member) => !(member in key)), 'a private key')
  .refine((key) => JSON.stringify(key).length < 8192, 'too long for a key');

/** A system to register that asks by CDS Hooks: with its public keys, or the address where they are. */
export const newCdsClientSchema = z
  .strictObject({
    issuer: z.string().trim().min(1).max(500),
    name: z.string().trim().min(1).max(100),
    hospital: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    jwks: z.strictObject({ keys: z.array(publicKey).min(1).max(20) }).optional(),
    jwksUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  })
  .refine(({ jwks, jwksUrl }) => (jwks === undefined) !== (jwksUrl === undefined), {
    path: ['jwks'],
    message: 'either keys or their address',
  });
