import type { ExportFilter, ExportOptions } from '@hutong/storage-config';
import type { Request } from 'express';
import { z } from 'zod';
import { parsedBody } from '../jsonBody.ts';

const words = (most: number) => z.string().trim().min(1).max(most);
const codes = z.array(z.string().min(1).max(64)).max(200).default([]);
const day = z.iso
  .date()
  .nullable()
  .default(null)
  .transform((date) => date?.replaceAll('-', '') ?? null);

const filter = z.strictObject({
  hospitals: codes,
  modalities: codes,
  items: codes,
  label: z.string().min(1).max(64).nullable().default(null),
  from: day,
  to: day,
  studies: z
    .array(z.string().regex(/^[\d.]{1,64}$/))
    .max(10_000)
    .default([]),
}) satisfies z.ZodType<ExportFilter>;

const options = z.strictObject({
  dates: z.enum(['remove', 'shift']).default('shift'),
  keepWeekday: z.boolean().default(false),
  cleanDescriptors: z.boolean().default(true),
  cleanStructuredContent: z.boolean().default(false),
  cleanGraphics: z.boolean().default(false),
  retainPatientCharacteristics: z.boolean().default(true),
  retainDeviceIdentity: z.boolean().default(false),
  retainInstitutionIdentity: z.boolean().default(false),
  retainSafePrivate: z.boolean().default(true),
  flagged: z.enum(['apart', 'leaveOut']).default('apart'),
  conformance: z.boolean().default(true),
}) satisfies z.ZodType<ExportOptions>;

const newExport = z.strictObject({
  project: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,15}$/),
  title: words(200),
  approval: words(100),
  reason: words(500),
  filter,
  options: options.prefault({}),
});

/** The body that makes an export. @throws HttpProblem 400 */
export const exportBody = (req: Request) => parsedBody(newExport, req.body);

/** What a preview needs of it. @throws HttpProblem 400 */
export const previewBody = (req: Request) =>
  parsedBody(
    z.object({ project: newExport.shape.project.catch('PREVIEW'), filter, options: options.prefault({}) }),
    req.body,
  );
