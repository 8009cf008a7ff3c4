/** Shows what the gateway sends to this browser, and opens the case when it is touched. */

const words = {
  opened: '新工单',
  severity: '级别升高',
  dispatch: '派给您，请签收',
  sendBack: '被退回',
  feedback: '有反馈，请核查',
  reminder: '将到期',
  overdue: '超期',
  escalated: '超期上报',
  remind: '催办',
  supervise: '督办，请按时答复',
  extend: '申请延期',
  reopen: '重新打开',
  test: '试发',
}

function read(event) {
  try {
    return event.data?.json() ?? {}
  } catch {
    return {}
  }
}

/** Only pages of our own are opened, whatever a message says. */
function ownPath(link) {
  const url = new URL(typeof link === 'string' ? link : '/', self.location.origin)
  return url.origin === self.location.origin ? url.href : self.location.origin
}

self.addEventListener('push', (event) => {
  const { number = '', title = '联巡', severity, act, link, delivery } = read(event)
  const shown = self.registration.showNotification(title, {
    body: [words[act], number].filter(Boolean).join(' · '),
    tag: number || undefined,
    renotify: Boolean(number),
    requireInteraction: severity === 'red',
    icon: '/icon.svg',
    data: { link, delivery },
  })
  event.waitUntil(shown)
})

async function open({ link, delivery }) {
  if (Number.isInteger(delivery)) {
    const options = { method: 'POST', headers: { 'x-lianxun': '1' }, credentials: 'same-origin' }
    await fetch(`/api/v1/deliveries/${delivery}/read`, options).catch(() => undefined)
  }
  const address = ownPath(link)
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const here = pages.find((page) => page.url === address)
  await (here ? here.focus() : self.clients.openWindow(address))
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.data ?? {}))
})
