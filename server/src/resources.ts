import type { Router } from 'express';

/** One method of one resource; `path` as the router has it, `/studies/:study`. */
export interface Resource {
  method: string;
  path: string;
}

/** Every method and path that routers answer, in their order. HEAD goes with GET. */
export function resourcesOf(routers: readonly Router[]): Resource[] {
  return routers.flatMap((router) =>
    router.stack.flatMap(({ route }) => {
      if (route === undefined) return [];
      // Of a route made for several paths Express keeps the list, which its types do not know.
      const paths = [route.path as string | string[]].flat();
      const methods = [...new Set(route.stack.map(({ method }) => method.toUpperCase()))];
      return paths.flatMap((path) => methods.map((method) => ({ method, path })));
    }),
  );
}

/** A resource that is known, with the methods it answers. */
export interface KnownResource {
  /** Pattern of the router. */
  path: string;
  /** As the Allow header lists them. */
  methods: string[];
}

/** Finds the resource that a path names, as the routers would: without regard to case and to a slash at the end. */
export function resourceFinder(resources: readonly Resource[]): (path: string) => KnownResource | null {
  const known = [...Map.groupBy(resources, ({ path }) => path)].map(([path, entries]) => {
    const methods = new Set(entries.map(({ method }) => method));
    if (methods.has('GET')) methods.add('HEAD');
    return { path, methods: [...methods, 'OPTIONS'], pattern: patternOf(path) };
  });
  return (asked) => {
    const found = known.filter(({ pattern }) => pattern.test(asked));
    const [first] = found;
    if (first === undefined) return null;
    return { path: first.path, methods: [...new Set(found.flatMap(({ methods }) => methods))] };
  };
}

/** @throws Error for a path that uses more of Express' syntax than `:name` and `*name` */
function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    if (/^:\w+$/.test(segment)) return '[^/]+';
    if (/^\*\w+$/.test(segment)) return '.+';
    if (/[:*{}()?+]/.test(segment)) throw new Error(`the route ${path} cannot be described`);
    return segment.replaceAll('.', '\\.').replaceAll('$', '\\$');
  });
  return new RegExp(`^${segments.join('/')}/?$`, 'i');
}
