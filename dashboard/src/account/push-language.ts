import type { Language } from '../i18n/translate.ts'

/**
 * The push worker shows messages when no page is open, and may read neither pages nor their storage:
 * the language waits for it in a cache of its own. Where there is no cache (plain HTTP) there is no
 * worker either.
 */

const cacheName = 'lianxun-push'
const address = '/push-language'

export async function tellWorkerLanguage(language: Language): Promise<void> {
  if (typeof caches === 'undefined') return
  try {
    await (await caches.open(cacheName)).put(address, new Response(language))
  } catch {
    // Private windows may refuse storage; messages then come in Chinese.
  }
}
