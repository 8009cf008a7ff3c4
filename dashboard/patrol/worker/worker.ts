/**
 * Opens the phone app without a signal: `/patrol/`, and the addresses of tags, are answered with
 * files that were fetched before. What waits to be sent lies in the page's store, which no worker
 * touches. It imports nothing, so that it stands alone in its file.
 */

interface Extendable extends Event {
  waitUntil(done: Promise<unknown>): void
}

interface Fetching extends Extendable {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

interface Told extends Extendable {
  readonly data: unknown
}

interface WorkerScope {
  addEventListener(name: 'install' | 'activate', act: (event: Extendable) => void): void
  addEventListener(name: 'fetch', act: (event: Fetching) => void): void
  addEventListener(name: 'message', act: (event: Told) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  readonly location: Location
}

/** Put in by the build: every file of the app, and a version made of what they hold. */
declare const PHONE_FILES: readonly string[]
declare const PHONE_VERSION: string

const scope = self as unknown as WorkerScope
const prefix = 'lianxun-patrol-files-'
const shelf = prefix + PHONE_VERSION
const page = '/patrol/'
const files = new Set([page, ...PHONE_FILES])
/** Those of a version before: a page that was open meanwhile may still want one of its files. */
const olderKept = 2

/** Files under `/assets/` have a hash in their name, and are the same wherever they come from. */
async function bring(cache: Cache, path: string): Promise<void> {
  // Its three registrations share one shelf.
  if (await cache.match(path)) return
  const known = path.startsWith('/assets/') ? await caches.match(path) : undefined
  const answer = known ?? (await fetch(path, { cache: 'no-cache', credentials: 'omit' }))
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  await cache.put(path, answer)
}

async function install(): Promise<void> {
  const cache = await caches.open(shelf)
  await Promise.all([...files].map((path) => bring(cache, path)))
}

async function activate(): Promise<void> {
  const shelves = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== shelf)
  await Promise.all(shelves.slice(0, -olderKept).map((name) => caches.delete(name)))
  await scope.clients.claim()
}

async function answerPage(request: Request): Promise<Response> {
  return (await (await caches.open(shelf)).match(page)) ?? fetch(request)
}

async function answerFile(path: string, request: Request): Promise<Response> {
  const own = await (await caches.open(shelf)).match(path)
  return own ?? (await caches.match(path)) ?? fetch(request)
}

scope.addEventListener('install', (event) => event.waitUntil(install()))
scope.addEventListener('activate', (event) => event.waitUntil(activate()))

scope.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== scope.location.origin) return
  if (request.mode === 'navigate') event.respondWith(answerPage(request))
  else if (files.has(url.pathname) || url.pathname.startsWith('/assets/')) {
    event.respondWith(answerFile(url.pathname, request))
  }
})

/** The page says when nobody is touching it. */
scope.addEventListener('message', (event) => {
  if (event.data === 'takeOver') event.waitUntil(scope.skipWaiting())
})
