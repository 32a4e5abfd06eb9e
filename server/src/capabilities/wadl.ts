import type { Resource } from '../resources.ts';

/** What a method of a resource takes and gives, for the capabilities description. */
export interface MethodDescription {
  /** Name of the transaction, without spaces. */
  id: string;
  parameters: readonly Parameter[];
  /** Media types of bodies that are taken. */
  takes: readonly string[];
  gives: readonly { status: string; mediaTypes: readonly string[] }[];
}

export interface Parameter {
  name: string;
  style: 'query' | 'header';
  /** Values that may be given, where they are few. */
  options?: readonly string[];
}

/** An element of WADL in its JSON form (PS3.18 Annex G): attributes begin with `@`, what may repeat is an array. */
export type WadlElement = { [name: string]: string | WadlElement | WadlElement[] };

const TEMPLATE_NAMES: Record<string, string> = {
  study: 'StudyInstanceUID',
  series: 'SeriesInstanceUID',
  instance: 'SOPInstanceUID',
};

interface Node {
  segment: string;
  /** The routers' pattern of this node. */
  pattern: string;
  methods: string[];
  children: Map<string, Node>;
}

function treeOf(resources: readonly Resource[]): Node {
  const root: Node = { segment: '', pattern: '', methods: [], children: new Map() };
  for (const { method, path } of resources) {
    let node = root;
    for (const segment of path.split('/').slice(1)) {
      let child = node.children.get(segment);
      if (child === undefined) {
        child = { segment, pattern: `${node.pattern}/${segment}`, methods: [], children: new Map() };
        node.children.set(segment, child);
      }
      node = child;
    }
    if (!node.methods.includes(method)) node.methods.push(method);
  }
  return root;
}

const nameOf = (segment: string): string | null => {
  const [, name] = /^[:*](\w+)$/.exec(segment) ?? [];
  return name === undefined ? null : (TEMPLATE_NAMES[name] ?? name);
};

const templateOf = (segment: string): string => {
  const name = nameOf(segment);
  return name === null ? segment : `{${name}}`;
};

/**
 * The capabilities description of a service (PS3.18 Annex H) for one of its resources with all below it, in the JSON form
 * of WADL. `null` as target is the service itself.
 */
export function capabilitiesOf(
  resources: readonly Resource[],
  describe: (resource: Resource) => MethodDescription,
  { base, target }: { base: string; target: string | null },
): WadlElement {
  const root = treeOf(resources);
  const tops = [...root.children.values()];
  const described =
    target === null
      ? tops.map((node) => resourceElement(node, describe))
      : [targetElement(root, target, describe)];
  return {
    application: {
      doc: [
        {
          '@xml:lang': 'en',
          '@title': 'Hutong',
          value: 'DICOMweb origin server of the Studies Service (PS3.18). Text is answered in UTF-8.',
        },
        { '@xml:lang': 'zh', '@title': '互通', value: 'DICOMweb 检查服务（PS3.18）。文本以 UTF-8 返回。' },
      ],
      resources: { '@base': base, resource: described },
    },
  };
}

function targetElement(
  root: Node,
  target: string,
  describe: (resource: Resource) => MethodDescription,
): WadlElement {
  const segments = target.split('/').slice(1);
  let node = root;
  for (const segment of segments) {
    const child = node.children.get(segment);
    if (child === undefined) throw new Error(`no resource ${target}`);
    node = child;
  }
  return resourceElement(node, describe, segments);
}

function resourceElement(
  node: Node,
  describe: (resource: Resource) => MethodDescription,
  path: readonly string[] = [node.segment],
): WadlElement {
  const templates = path.flatMap((segment) => nameOf(segment) ?? []);
  const methods = node.methods.flatMap((method) => {
    const description = describe({ method, path: node.pattern });
    const element = methodElement(method, description);
    return method === 'GET'
      ? [element, { '@name': 'HEAD', '@id': `${description.id}Head` } satisfies WadlElement]
      : [element];
  });
  const children = [...node.children.values()].map((child) => resourceElement(child, describe));
  return {
    '@path': path.map(templateOf).join('/'),
    ...(templates.length === 0
      ? {}
      : {
          param: templates.map((name) => ({
            '@name': name,
            '@style': 'template',
            '@type': 'xs:string',
            '@required': 'true',
          })),
        }),
    ...(methods.length === 0 ? {} : { method: methods }),
    ...(children.length === 0 ? {} : { resource: children }),
  };
}

function methodElement(name: string, { id, parameters, takes, gives }: MethodDescription): WadlElement {
  const request: WadlElement = {
    ...(parameters.length === 0 ? {} : { param: parameters.map(parameterElement) }),
    ...(takes.length === 0
      ? {}
      : { representation: takes.map((mediaType) => ({ '@mediaType': mediaType })) }),
  };
  return {
    '@name': name,
    '@id': id,
    ...(Object.keys(request).length === 0 ? {} : { request }),
    response: gives.map(({ status, mediaTypes }) => ({
      '@status': status,
      ...(mediaTypes.length === 0
        ? {}
        : { representation: mediaTypes.map((mediaType) => ({ '@mediaType': mediaType })) }),
    })),
  };
}

const parameterElement = ({ name, style, options = [] }: Parameter): WadlElement => ({
  '@name': name,
  '@style': style,
  '@type': 'xs:string',
  ...(options.length === 0 ? {} : { option: options.map((value) => ({ '@value': value })) }),
});

const NAMESPACES = 'xmlns="http://wadl.dev.java.net/2009/02" xmlns:xs="http://www.w3.org/2001/XMLSchema"';

/** The same description as WADL in XML; PS3.18 Annex G makes the two forms equal. */
export function wadlXml(description: WadlElement): string {
  const body = Object.entries(description).map(([name, element]) => elementXml(name, element, NAMESPACES));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body.join('')}\n`;
}

function elementXml(name: string, element: WadlElement[string], namespaces = ''): string {
  if (typeof element === 'string') return '';
  if (Array.isArray(element)) return element.map((one) => elementXml(name, one)).join('');
  const attributes = Object.entries(element).flatMap(([key, value]) =>
    key.startsWith('@') && typeof value === 'string' ? [`${key.slice(1)}="${escaped(value)}"`] : [],
  );
  const children = Object.entries(element).map(([key, value]) => {
    if (key === 'value' && typeof value === 'string') return escaped(value);
    return key.startsWith('@') ? '' : elementXml(key, value);
  });
  const start = [name, namespaces, ...attributes].filter((part) => part !== '').join(' ');
  const content = children.join('');
  return content === '' ? `<${start}/>` : `<${start}>${content}</${name}>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
