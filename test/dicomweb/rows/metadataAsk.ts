import { datasets, equal, holds, status, type Attribute, type JsonDataset } from '../check.ts';
import type { Identity } from '../material/records.ts';
import { parts, type Answer, type Request } from '../http.ts';
import { instancePath, type World } from '../world.ts';

export const JSON_TYPE = 'application/dicom+json';
export const OCTETS = 'multipart/related; type="application/octet-stream"';
export const metadataOf = (ids: Identity, accept = JSON_TYPE): Request => ({
  path: `${instancePath(ids)}/metadata`,
  headers: { accept },
});

export const one = (answer: Answer): JsonDataset => {
  const found = datasets(answer);
  equal(found.length, 1, 'number of datasets');
  return found[0]!;
};

/** Bytes of an attribute, inline or fetched. */
export async function bytesOf(world: World, attribute: Attribute | undefined): Promise<Buffer> {
  holds(attribute !== undefined, 'the attribute is there');
  if (attribute.InlineBinary !== undefined) return Buffer.from(attribute.InlineBinary, 'base64');
  holds(
    attribute.BulkDataURI !== undefined,
    `InlineBinary or BulkDataURI; seen ${JSON.stringify(attribute).slice(0, 100)}`,
  );
  const answer = await world.send({
    path: attribute.BulkDataURI,
    headers: { accept: `${OCTETS}; transfer-syntax=*` },
  });
  status(answer, 200);
  const found = parts(answer);
  equal(found.length, 1, 'parts of the bulk data');
  return found[0]!.body;
}
