import { randomUUID } from 'node:crypto';
import { uidFrom } from '../factories/random.ts';
import { testImage, type ImageKind, type TestImage } from './material/images.ts';
import type { Dataset } from './material/dataset.ts';
import { multipartBody } from './multipart.ts';
import { send, type Answer, type Request } from './http.ts';

/** A server under test. */
export interface Target {
  name: string;
  /** DICOMweb root without a trailing slash. */
  root: string;
  /** WADO-URI service, or null where there is none. */
  wadoUri: string | null;
  token: string | null;
  /** Whether it is this project's own server: rows beyond the standard are run, and optional features are expected. */
  ours: boolean;
}

/** Thrown by a row about an optional feature that the server does not have. */
export class NotApplicable extends Error {
  override name = 'NotApplicable';
}

/** What rows work in: the server, and data of this run under UIDs of its own. */
export class World {
  readonly target: Target;
  /** Different for every run: part of every UID and identifier. */
  readonly run = randomUUID().slice(0, 8);
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(target: Target) {
    this.target = target;
  }

  /** A UID of this run. */
  uid(seed: string): string {
    return uidFrom(`${this.run}/${seed}`);
  }

  send(request: Request): Promise<Answer> {
    return send(this.target.root, request, this.target.token);
  }

  /** Makes something once a run: data that is stored, for example. */
  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key);
    if (known !== undefined) return known as Promise<T>;
    const making = make();
    this.#made.set(key, making);
    return making;
  }

  /** Stores files in one request of `multipart/related; type="application/dicom"`. */
  store(files: readonly Uint8Array[], study?: string): Promise<Answer> {
    const boundary = `suite-${this.run}`;
    return this.send({
      method: 'POST',
      path: study === undefined ? '/studies' : `/studies/${study}`,
      headers: {
        accept: 'application/dicom+json',
        'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      },
      body: multipartBody(
        files.map((body) => ({ headers: { 'Content-Type': 'application/dicom' }, body })),
        boundary,
      ),
    });
  }

  /** Stores what a row needs. @throws Error when the server does not take it */
  async given(
    key: string,
    files: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>,
  ): Promise<void> {
    await this.once(`given ${key}`, async () => {
      const sent = await files();
      const answer = await this.store(sent);
      // 202 is also the answer when all are stored, some with a warning (10.5.3.1).
      const stored = /"00081199"/.test(answer.body.toString()) && !/"00081197"/.test(answer.body.toString());
      if (answer.status !== 200 && !(answer.status === 202 && stored))
        throw new Error(
          `what is given (${key}) was not stored: ${answer.status} ${answer.body.toString().slice(0, 300)}`,
        );
    });
  }

  /** An image of a kind, stored in a study of its own. */
  image(kind: ImageKind, more: Dataset = {}, name: string = kind): Promise<TestImage> {
    return this.once(`image ${name}`, async () => {
      const image = await testImage(
        kind,
        {
          studyInstanceUid: this.uid(`image/${name}/study`),
          seriesInstanceUid: this.uid(`image/${name}/series`),
          sopInstanceUid: this.uid(`image/${name}`),
        },
        { PatientID: `${this.run}-IMG`, ...more },
      );
      await this.given(`image ${name}`, () => [image.file]);
      return image;
    });
  }
}

/** Path of an instance below the root. */
export const instancePath = ({
  studyInstanceUid,
  seriesInstanceUid,
  sopInstanceUid,
}: Pick<TestImage, 'studyInstanceUid' | 'seriesInstanceUid' | 'sopInstanceUid'>): string =>
  `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
