import { CAPABILITIES_MEDIA_TYPES, dicomwebResources } from '@hutong/server/statement';
import { code, table } from './markdown.ts';

/** Retrieve Capabilities (PS3.18 8.9). */
export function capabilitiesSection(): string {
  const resources = new Set(dicomwebResources().map(({ path }) => path)).size;
  return `### Retrieve Capabilities (PS3.18 8.9)

${table(
  ['subject', 'statement'],
  [
    [
      'Resources',
      `\`OPTIONS\` of both roots and of each of the ${resources} resources below; the description is of the resource with all below it (Annex H)`,
    ],
    [
      'Accept',
      `${CAPABILITIES_MEDIA_TYPES.map(code).join(', ')}; the first is the default, the others are the JSON form of Annex G`,
    ],
    ['Answers', '200 with `Allow` and `ETag`, 304, 404 for what is no resource, 406'],
    ['Content', 'made from the routes, search keys and media types that the server itself works by'],
    ['Credential', 'none is asked for: nothing of a patient or study is said'],
    ['Character sets', 'UTF-8'],
  ],
)}

A method that a resource does not answer is refused with 405 and \`Allow\`; a method that HTTP knows and no resource answers (\`PROPFIND\`, \`CONNECT\`) with 501; one that is no method, in lower case for example, with 400. \`OPTIONS *\` is answered 204 with \`Allow\`.`;
}
