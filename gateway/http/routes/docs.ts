import type { App } from '../route.ts'

const access = { roles: 'public', scope: 'none' } as const

interface Operation {
  summary?: string
  tags?: string[]
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function rows(paths: Record<string, Record<string, Operation>>): string {
  return Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, { summary = '' }]) =>
          `<tr><td><code>${method.toUpperCase()}</code></td><td><code>${escapeHtml(path)}</code></td><td>${escapeHtml(summary)}</td></tr>`,
      ),
    )
    .join('\n')
}

function page(version: string, table: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Lianxun API</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td{border-top:1px solid #ccc;padding:.4rem .6rem;vertical-align:top}</style>
<h1>Lianxun API ${escapeHtml(version)}</h1>
<p>The whole contract, with every shape, is the OpenAPI 3.1 document at
<a href="/api/openapi.json">/api/openapi.json</a>. Programs send a token as
<code>Authorization: Bearer lxt_…</code>; pages sign in with <code>POST /api/v1/session</code>, and their
requests that change something carry the header <code>X-Lianxun: 1</code>. Errors are RFC 9457 problem details,
lists are <code>{items, nextCursor}</code>, times are epoch milliseconds.</p>
<table>${table}</table></html>`
}

/** The contract for machines and, without any script, for people. */
export function docsRoutes(app: App, version: string): void {
  app.route({
    method: 'GET',
    url: '/api/openapi.json',
    config: { access },
    schema: { hide: true },
    handler: async (_request, reply) => reply.send(app.swagger()),
  })

  app.route({
    method: 'GET',
    url: '/api/docs',
    config: { access },
    schema: { hide: true },
    handler: async (_request, reply) => {
      const document = app.swagger() as { paths?: Record<string, Record<string, Operation>> }
      return reply.type('text/html; charset=utf-8').send(page(version, rows(document.paths ?? {})))
    },
  })
}
