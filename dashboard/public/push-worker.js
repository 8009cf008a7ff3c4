/** Shows what the gateway sends to this browser, and opens the case when it is touched. */

/** Kept apart from the dashboard's own dictionaries: a worker has no build. A test compares them. */
const words = {
  zh: {
    product: '联巡',
    acts: {
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
    },
  },
  en: {
    product: 'Lianxun',
    acts: {
      opened: 'New case',
      severity: 'More severe',
      dispatch: 'For you: please sign for it',
      sendBack: 'Sent back',
      feedback: 'Feedback: please verify',
      reminder: 'Due soon',
      overdue: 'Overdue',
      escalated: 'Overdue and passed up',
      remind: 'Urged',
      supervise: 'Supervised: answer in time',
      extend: 'More time asked for',
      reopen: 'Reopened',
      test: 'Test message',
    },
    hazards: {
      forestFire: 'Forest fire',
      strawBurning: 'Straw burning',
      smoke: 'Smoke',
      geological: 'Ground movement',
      flood: 'High water',
      traffic: 'Road safety',
      environment: 'Village surroundings',
      dispute: 'Dispute',
      helpCall: 'Call for help',
      deviceFault: 'Device fault',
      patrolMissed: 'Missed patrol',
      test: 'Lianxun',
    },
  },
}

function read(event) {
  try {
    return event.data?.json() ?? {}
  } catch {
    return {}
  }
}

/** As it was last chosen on a page of this browser; see account/push-language.ts. */
async function spoken() {
  try {
    const kept = await (await caches.open('lianxun-push')).match('/push-language')
    return (await kept?.text()) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

/** Titles are written in Chinese, place first; hazards of the town's own keep them. */
function titleIn(language, { title, hazard }) {
  const { hazards = {}, product } = words[language]
  if (typeof title !== 'string' || title === '') return product
  const known = Object.hasOwn(hazards, hazard) ? hazards[hazard] : undefined
  const [place, rest] = title.split(' ')
  if (known === undefined) return title
  return rest === undefined ? known : `${known} · ${place}`
}

/** Only pages of our own are opened, whatever a message says. */
function ownPath(link) {
  const url = new URL(typeof link === 'string' ? link : '/', self.location.origin)
  return url.origin === self.location.origin ? url.href : self.location.origin
}

async function show(message) {
  const { number, severity, act, link, delivery } = message
  const language = await spoken()
  const { acts } = words[language]
  const done = Object.hasOwn(acts, act) ? acts[act] : undefined
  await self.registration.showNotification(titleIn(language, message), {
    body: [done, act === 'test' ? '' : number].filter(Boolean).join(' · '),
    lang: language === 'zh' ? 'zh-CN' : 'en',
    tag: number || undefined,
    renotify: Boolean(number),
    requireInteraction: severity === 'red',
    icon: '/icon.svg',
    data: { link, delivery },
  })
}

self.addEventListener('push', (event) => event.waitUntil(show(read(event))))

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
