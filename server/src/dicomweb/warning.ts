import type { Response } from 'express';
import { rootOf } from '../context.ts';

/** Longer texts are cut: a header takes no more of what may be quoted in one. */
const MAX_TEXT = 400;

/**
 * Sets one Warning header for each text, in the form that PS3.18 prescribes (8.3.4.2): `299 <service>: <text>`, where the
 * service is the base URI of the root that was asked. That is not quite the `warn-value` of RFC 7234 §5.5, which PS3.18
 * refers to: its agent would be a host, its text quoted. Clients of DICOMweb look for the former.
 */
export function setWarnings(res: Response, texts: readonly string[]): void {
  if (texts.length === 0) return;
  const { url } = rootOf(res);
  res.setHeader(
    'Warning',
    // Headers hold ASCII, and what an image says of itself may be part of a reason.
    texts.map((text) => `299 ${url}: ${text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MAX_TEXT)}`),
  );
}
