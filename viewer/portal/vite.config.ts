import { constants, brotliCompressSync, gzipSync } from 'node:zlib';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { leaveOut } from './build/leaveOut.ts';

const COMPRESSIBLE = /\.(js|css|html|svg|json|wasm)$/;

/** Writes `.br` and `.gz` beside every text file of the build, so that the server sends them as they are. */
function precompress(): Plugin {
  let outDir = 'dist';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: (config) => {
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
        const path = join(entry.parentPath, entry.name);
        const bytes = readFileSync(path);
        if (bytes.length < 1024) continue;
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
        );
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/** Address of a running server for `vite dev`; the build needs none. */
const server = process.env.HUTONG_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [leaveOut(), react(), precompress()],
  // The decoders of pixels load their codecs as modules.
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    // Data URIs would need a wider content security policy than files do.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 900,
    // `s` opens shares on phones, `reminder-card` stands in pages of hospital systems: pages of their own, without what the
    // portal is made of.
    rolldownOptions: {
      input: ['index.html', 's.html', 'reminder-card.html'].map((page) => join(import.meta.dirname, page)),
    },
  },
  server: { proxy: { '/api': server, '/dicomweb': server, '/viewer': server, '/shares': server } },
});
