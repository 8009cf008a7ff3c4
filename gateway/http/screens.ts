import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { handleNotFound } from './error-handler.ts'
import type { App } from './route.ts'

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Lianxun</title>
<p>The screens are not built yet: run <code>npm run build</code>, then start the gateway again.</p>`

/** The phone app, and the addresses of tags, which open it. */
const isPhonePage = (path: string) =>
  path.startsWith('c/') || path === 'tag' || (path.startsWith('patrol/') && extname(path) === '')

const worker = 'patrol/worker.js'

/** Files lie at the root and in these. */
const fileFolder = /^(assets|patrol)(\/|$)/

/** A page's id may have dots, as a file's name has: then it is one to who asks for a page. */
function isPage(path: string, accept = ''): boolean {
  if (fileFolder.test(path)) return false
  return extname(path) === '' || (path.indexOf('/') > 0 && accept.includes('text/html'))
}

/**
 * The built web app. Pages are all one page, which finds its way by itself; files in `assets/`
 * carry a hash of what they hold in their names and never change.
 */
export async function serveScreens(app: App, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      serve: false,
      dotfiles: 'deny',
      index: false,
      cacheControl: false,
    })
  }
  app.route({
    method: 'GET',
    url: '/*',
    config: { access: { roles: 'public', scope: 'none' } },
    schema: { hide: true },
    handler: async (request, reply) => {
      const path = (request.params as { '*': string })['*']
      const isHidden = /(^|\/)\./.test(path)
      if (isHidden || path.startsWith('api/')) return handleNotFound(request, reply)
      if (!built) return reply.code(503).type('text/html; charset=utf-8').send(notBuilt)
      if (path === 'patrol') return reply.redirect('/patrol/')
      const lasting = /^assets(\/|$)/.test(path)
      reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
      if (isPhonePage(path)) return reply.sendFile('patrol/index.html')
      // It opens the addresses of tags too, which lie outside of its own folder.
      if (path === worker) reply.header('service-worker-allowed', '/')
      return reply.sendFile(isPage(path, request.headers.accept) ? 'index.html' : path)
    },
  })
}
