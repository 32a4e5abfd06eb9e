import type { Files } from './files.ts';

/**
 * Services the prebuilt application could be made to call. None is used by our mode; their addresses are replaced
 * so that no configuration and no bug can reach them.
 */
const services = [
  'https://cdn.jsdelivr.net',
  'https://cloudresourcemanager.googleapis.com',
  'https://healthcare.googleapis.com',
  'https://huggingface.co',
  'https://docs.google.com',
  'https://api.locize.io',
  'https://www.locize.io',
  'https://raw.githubusercontent.com',
  'https://kitware.github.io',
  'https://cdn.example.com',
  'http://quantome.org:4242',
];

/** `.invalid` never resolves (RFC 6761). */
const nowhere = 'https://disabled.invalid';

/** Names that only ever appear as text: XML namespaces, documentation in messages, examples, links to read. */
const spoken = new Set([
  'www.w3.org',
  'disabled.invalid',
  'ohif.invalid',
  'localhost',
  'a',
  'www.example.com',
  'github.com',
  'reactjs.org',
  'react.dev',
  'reactrouter.com',
  'radix-ui.com',
  'fb.me',
  'momentjs.com',
  'dicom.nema.org',
  'www.dicomstandard.org',
  'ohif.org',
  'tailwindcss.com',
  'redux.js.org',
  'react-dnd.github.io',
  'web.dev',
  'www.apache.org',
  'www.mozilla.org',
  'www.kitware.com',
  'karthikkaranth.me',
  'mimosa-pudica.net',
  'learnopengl.com',
  '127.0.0.1',
  '.',
]);

export function neutraliseForeignHosts(text: string): string {
  return services.reduce((clean, service) => clean.replaceAll(service, nowhere), text);
}

/**
 * Hosts named in the built scripts, style sheets and pages that nobody has looked at yet. Must be empty.
 *
 * @returns each host with the first file that names it
 */
export function foreignHosts(files: Files): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file, bytes] of files) {
    if (!/\.(?:js|css|html|json|svg)$/.test(file)) continue;
    for (const [, host = ''] of bytes.toString('utf8').matchAll(/\b(?:https?|wss?):\/\/([a-zA-Z0-9.-]+)/g)) {
      if (!spoken.has(host) && !found.has(host)) found.set(host, file);
    }
  }
  return found;
}
