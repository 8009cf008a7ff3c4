import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { phoneFiles, workerName } from './patrol/build.ts'

const here = (path: string) => new URL(path, import.meta.url).pathname
const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8')) as { version: string }

/** The desk, the phone app of those who patrol, and the worker that opens the app without a signal. */
export default defineConfig({
  plugins: [react(), phoneFiles(here('public/patrol'))],
  base: '/',
  define: { APP_VERSION: JSON.stringify(version) },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: {
        main: here('index.html'),
        patrol: here('patrol/index.html'),
        [workerName]: here('patrol/worker/worker.ts'),
      },
      output: {
        // A worker has one address for ever.
        entryFileNames: ({ name }) =>
          name === workerName ? 'patrol/worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
})
