import { checkDescription, PixelError } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { multipartFraming, type MultipartFraming } from '../../dicomweb/multipart.ts';
import { setWarnings } from '../../dicomweb/warning.ts';
import { inOrder } from '../ahead.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import type { InstanceContent } from '../lookUp.ts';
import { type Outlet, sendBody, whileConnected } from '../outlet.ts';
import { openSource } from '../source/instanceSource.ts';
import { viewportFor } from './parameters.ts';
import type { RenderContext } from './renderContext.ts';
import type { PartBody, RenderedPart } from './renderedParts.ts';

/** Changes whenever the same request would be answered with other bytes. */
const RENDERING_VERSION = '2';
/** Pictures that are made while earlier ones are sent. */
const PICTURES_AHEAD = 3;
/** Images that are looked at together before any is drawn. */
const DESCRIBED_AHEAD = 4;
/** Pictures up to this size together are made before the first is sent, so that those that fail can be left out. */
export const HELD_BYTES = 8 * 1024 * 1024;

/** What is sent, and of what it was made. */
export interface Rendering {
  rendered: readonly RenderedPart[];
  multipart: boolean;
  /** The instances that were asked for and are answered. */
  instances: readonly InstanceContent[];
  /** Of what was left out before. */
  warnings: readonly string[];
}

/**
 * Sends renderings: one as it is, or all of them as parts. Of several, those that cannot be made are left out and counted
 * in a Warning, as far as that shows before the first byte is sent; what fails later cuts the connection.
 *
 * @throws PixelError where none can be made
 */
export async function sendParts(
  context: RenderContext,
  { rendered, multipart, instances, warnings }: Rendering,
  req: Request,
  res: Response,
): Promise<void> {
  const made = rendered.map(({ location, contentType, image }) => [location, contentType, image?.digest]);
  const facts = JSON.stringify([context.parameters, multipart, made]);
  const tag = entityTag(RENDERING_VERSION, facts, ...instances.map(({ digest }) => digest));
  if (notModified(req, res, weak(tag), 'Accept')) return;
  const [first] = rendered;
  const warn = (more: readonly string[] = []): void => {
    setWarnings(res, [...context.parameters.warnings, ...warnings, ...more]);
  };
  if (multipart) {
    await sendMultipart(context, rendered, warn, res);
    return;
  }
  warn();
  await whileConnected(res, (signal) =>
    sendBody(res, { 'Content-Type': first?.contentType ?? '' }, async (write) => {
      const body = (await first?.make(signal)) ?? new Uint8Array();
      if (body instanceof Uint8Array) res.setHeader('Content-Length', String(body.length));
      await writeBody(body, write);
    }),
  );
}

async function sendMultipart(
  context: RenderContext,
  rendered: readonly RenderedPart[],
  warn: (more: readonly string[]) => void,
  res: Response,
): Promise<void> {
  const refused = await refusedImages(context, rendered);
  const failures: PixelError[] = [];
  const sound = rendered.filter(({ image }) => {
    const refusal = image === null ? undefined : refused.get(image.object_key);
    if (refusal !== undefined) failures.push(refusal);
    return refusal === undefined;
  });
  const begin = (first: RenderedPart | undefined): MultipartFraming => {
    const [failure] = failures;
    if (first === undefined && failure !== undefined) throw failure;
    const [type = ''] = first?.contentType.split(';') ?? [];
    const framing = multipartFraming(type);
    warn(failure === undefined ? [] : [leftOut(failures.length, rendered.length, failure)]);
    res.setHeader('Content-Type', framing.contentType);
    return framing;
  };
  const { contentType } = begin(sound[0]);
  await whileConnected(res, (signal) =>
    sendBody(res, { 'Content-Type': contentType }, async (write) => {
      const answer = new HeldParts(begin, write);
      let position = 0;
      for await (const body of inOrder(sound, PICTURES_AHEAD, (part) => madeOrFailed(part, signal))) {
        const part = sound[position];
        position += 1;
        if (part === undefined) break;
        if (!(body instanceof PixelError)) await answer.add(part, body);
        else if (answer.hasBegun) throw body;
        else failures.push(body);
      }
      await answer.end();
    }),
  );
}

/** Parts of one answer, of which the first are kept until it is known how the answer begins. */
class HeldParts {
  readonly #begin: (first: RenderedPart | undefined) => MultipartFraming;
  readonly #write: Outlet;
  #held: { part: RenderedPart; body: PartBody }[] = [];
  #bytes = 0;
  #framing: MultipartFraming | null = null;

  constructor(begin: (first: RenderedPart | undefined) => MultipartFraming, write: Outlet) {
    this.#begin = begin;
    this.#write = write;
  }

  get hasBegun(): boolean {
    return this.#framing !== null;
  }

  async add(part: RenderedPart, body: PartBody): Promise<void> {
    if (this.#framing !== null) {
      await this.#send(this.#framing, part, body, false);
      return;
    }
    this.#held.push({ part, body });
    // What writes its bytes later holds none.
    this.#bytes += body instanceof Uint8Array ? body.length : 0;
    if (this.#bytes > HELD_BYTES) await this.#release();
  }

  async end(): Promise<void> {
    const framing = this.#framing ?? (await this.#release());
    await this.#write(framing.end);
  }

  async #release(): Promise<MultipartFraming> {
    const framing = this.#begin(this.#held[0]?.part);
    this.#framing = framing;
    for (const [i, { part, body }] of this.#held.entries()) await this.#send(framing, part, body, i === 0);
    this.#held = [];
    return framing;
  }

  async #send(
    framing: MultipartFraming,
    { contentType, location }: RenderedPart,
    body: PartBody,
    isFirst: boolean,
  ): Promise<void> {
    const head = framing.head({ 'Content-Type': contentType, 'Content-Location': location }, isFirst);
    if (body instanceof Uint8Array) {
      await this.#write(head, body);
      return;
    }
    await this.#write(head);
    await body(this.#write);
  }
}

async function writeBody(body: PartBody, write: Outlet): Promise<void> {
  if (body instanceof Uint8Array) await write(body);
  else await body(write);
}

async function madeOrFailed(part: RenderedPart, signal: AbortSignal): Promise<PartBody | PixelError> {
  try {
    return await part.make(signal);
  } catch (error) {
    if (error instanceof PixelError) return error;
    throw error;
  }
}

/** The images that cannot be drawn by what they say of themselves, by object key. @throws HttpProblem 400 */
async function refusedImages(
  { parts: { objects }, parameters }: RenderContext,
  rendered: readonly RenderedPart[],
): Promise<Map<string, PixelError>> {
  const images = new Map(
    rendered.flatMap(({ image }) => (image === null ? [] : [[image.object_key, image]])),
  );
  const refusalOf = async (image: InstanceContent): Promise<[key: string, refusal: PixelError] | null> => {
    try {
      const source = await openSource(objects, image);
      try {
        checkDescription(source.description);
        viewportFor(parameters.viewport, source.description);
      } finally {
        source.close();
      }
      return null;
    } catch (error) {
      if (error instanceof PixelError) return [image.object_key, error];
      throw error;
    }
  };
  const refused = new Map<string, PixelError>();
  for await (const refusal of inOrder(images.values(), DESCRIBED_AHEAD, refusalOf))
    if (refusal !== null) refused.set(...refusal);
  return refused;
}

const leftOut = (count: number, of: number, { message }: PixelError): string =>
  `${count} of ${of} renderings cannot be made and are left out; the first: ${message}.`;
