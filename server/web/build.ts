// What both apps' Vite configurations share: where modules live, which browsers must run the
// result, and where a development server finds the API.
import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Import prefixes; the twin of `paths` in tsconfig.json. */
export const alias = {
  '@schema': here('../../mobile-schema/generated/ts'),
  '@engine': here('./engine/src'),
  '@ui': here('./ui/src'),
}

/** Module workers (Chrome 80) and Automerge 3.2.6 without `WebAssembly.Tag` set the floor. */
export const target = ['chrome87', 'firefox114', 'safari15']

/** Common settings of one app whose folder is `root`, written to `dist/<out>`. */
export function app(root: string, out: string): UserConfig {
  return {
    root: here(root),
    resolve: { alias },
    worker: { format: 'es' },
    build: {
      target,
      outDir: here(`./dist/${out}`),
      emptyOutDir: out === '',
      // Nothing is inlined: the policy served with the page allows no data: scripts or styles.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    server: {
      proxy: { '/api': process.env['BIDAO_DEV_SERVER'] ?? 'http://127.0.0.1:8080' },
      fs: { allow: [here('../..')] },
    },
  }
}
