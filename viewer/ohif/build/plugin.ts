import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Files } from './files.ts';
import type { HostModules } from './hostModules.ts';

/** Our own part of the viewer, built: files below the hashed folder, and the start-up script beside the page. */
export interface PluginBuild {
  files: Files;
  /** Names, relative to the hashed folder. */
  extension: string;
  styles: string;
  /** Text of `app-config.js`. */
  appConfig: Buffer;
}

/** Bundles extension, mode, styles and start-up script; React is the host's own. */
export async function buildPlugin(root: string, host: HostModules): Promise<PluginBuild> {
  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  } as const;
  const extension = await build({
    ...common,
    entryPoints: { hutong: 'src/extension.tsx', styles: 'src/styles/viewer.css' },
    outdir: 'plugin',
    entryNames: '[name]-[hash]',
    format: 'esm',
    jsx: 'transform',
    plugins: [hostModulesPlugin(root, host)],
  });
  const boot = await build({ ...common, entryPoints: ['src/appConfig.ts'], format: 'iife' });
  const files: Files = new Map(
    extension.outputFiles.map((file) => [`plugin/${path.basename(file.path)}`, Buffer.from(file.contents)]),
  );
  const [script] = boot.outputFiles;
  return {
    files,
    extension: only(files, /^plugin\/hutong-.+\.js$/),
    styles: only(files, /^plugin\/styles-.+\.css$/),
    appConfig: Buffer.from(script?.contents ?? []),
  };
}

/** Gives the extension the host's module numbers and, in place of `react`, the host's React. */
function hostModulesPlugin(root: string, host: HostModules): Plugin {
  return {
    name: 'host-modules',
    setup(bundler) {
      bundler.onResolve({ filter: /^react$/ }, () => ({ path: path.join(root, 'src/host/react.ts') }));
      bundler.onResolve({ filter: /^hutong:host-modules$/ }, (args) => ({
        path: args.path,
        namespace: 'host-modules',
      }));
      bundler.onLoad({ filter: /.*/, namespace: 'host-modules' }, () => ({
        contents: JSON.stringify(host),
        loader: 'json',
      }));
    },
  };
}

function only(files: Files, pattern: RegExp): string {
  const [name, ...others] = [...files.keys()].filter((file) => pattern.test(file));
  if (!name || others.length > 0) throw new Error(`expected one file like ${String(pattern)}`);
  return name;
}
