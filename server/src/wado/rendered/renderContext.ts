import type { DicomJson, Uid } from '@hutong/dicom';
import type { ServerParts, View } from '../../context.ts';
import type { InstanceContent } from '../lookUp.ts';
import type { RenderParameters } from './parameters.ts';
import type { SourceKeeper } from './pictures.ts';

export type RenderParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit'>;

/** What the pictures of one answer are made with. */
export interface RenderContext {
  parts: RenderParts;
  view: View;
  /** Series that may be shown, null: all. Of what refers to others nothing is shown. */
  shownSeries: readonly string[] | null;
  study: Uid;
  /** URL of the study under the root that was asked. */
  studyUrl: string;
  parameters: RenderParameters;
  /** The parameters where a presentation state is rendered, which takes the size alone. @throws HttpProblem 400 */
  stateParameters: () => RenderParameters;
  /** Records images that are shown beside those which were asked for. To be awaited before the answer. */
  shown: (images: readonly InstanceContent[]) => Promise<void>;
  /** Applied to every image; null: none. */
  presentationState: DicomJson | null;
  sources: SourceKeeper;
}
