import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'
import { build } from 'vite'

/** The phone's screens in a page of their own, before an engine that answers everything. */

export interface PatrolStage {
  url: string
  stop(): Promise<void>
}

export async function openPatrolStage(): Promise<PatrolStage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lianxun-patrol-page-'))
  await build({
    root: path.join(import.meta.dirname, 'patrol-page'),
    configFile: false,
    logLevel: 'error',
    define: { APP_VERSION: JSON.stringify('1.2.3') },
    build: { outDir: folder, emptyOutDir: true, minify: false },
  })
  const app = fastify()
  await app.register(fastifyStatic, { root: folder })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    async stop() {
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
