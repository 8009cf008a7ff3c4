import type { Core } from '../core.ts'
import type { PhoneActs } from '../phone.ts'
import { add, checkIn, finish, hold } from './check-in.ts'
import { help, report, say } from './report.ts'
import { chooseRound, handOver, refreshDay, signIn, signInAgain, signOut } from './session.ts'

/** Takes a refused line off the phone; its pictures with it, because nothing is left to put them to. */
async function seen(id: string, core: Core): Promise<void> {
  const { items, uploads } = core.kept()
  const { queue, uploads: shelf } = core.store
  const item = items.find((row) => row.id === id && row.state === 'refused')
  const isReport = item?.kind === 'report'
  if (item) await queue.remove(id)
  for (const upload of uploads) {
    const isOwn = upload.key === id && upload.state === 'refused'
    if (isOwn || (isReport && upload.item === id)) await shelf.remove(upload)
  }
  await core.reload()
}

/** Nothing of the store can be reached: nobody is told that anything was done. */
const failed = { kind: 'failed' } as const

export function createActs(core: Core): PhoneActs {
  return {
    signIn: (credentials) => signIn(credentials, core),
    signOut: () => signOut(core),
    handOver: () => handOver(core),
    signInAgain: () => signInAgain(core),
    checkIn: (scanned) => checkIn(scanned, core).catch(() => failed),
    hold: (id) => hold(id, core).catch(() => undefined),
    add: (id, additions) => add(id, additions, core).catch(() => false),
    finish: (id, additions = {}) => finish(id, additions, core).catch(() => false),
    closeDone() {
      const { done } = core.live()
      core.change({ done: null })
      if (done?.isOpen) void finish(done.id, {}, core).catch(() => false)
    },
    report: (draft) => report(draft, core).catch(() => failed),
    help: (text = '') => help(text, core).catch(() => failed),
    say: (checkin, text) => say(checkin, text, core).catch(() => failed),
    seen: (id) => seen(id, core),
    sendNow: () => core.wake(),
    refreshDay: () => refreshDay(core),
    chooseRound: (id) => void chooseRound(id, core).catch(() => undefined),
  }
}
