import type { InstanceReference } from '@hutong/dicom';
import type { FailedPart } from './response.ts';

/** Takes the bytes of one part of a body. */
export interface OpenPart {
  /** Takes bytes. Never rejects for what the client sent. Resolves when more may come. */
  write(bytes: Buffer): Promise<void>;
  /** The part is complete. Resolves when the next may come. */
  end(): Promise<void>;
  /** The body ended inside the part. Returns what is known of the instance. */
  abort(): Promise<InstanceReference | null>;
}

/** Where the parts of a store's body go. */
export interface PartSink {
  /**
   * Begins a part; null when it was refused and its bytes are dropped.
   * @param part 1-based
   * @param headers names in lower case
   */
  open(part: number, headers: ReadonlyMap<string, string>): Promise<OpenPart | null>;
  /** Records a part that cannot be taken. */
  refuse(outcome: FailedPart): void;
}
