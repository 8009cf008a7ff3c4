import { randomUUID } from 'node:crypto'
import { parseNetwork, privateNetworks } from '../domain/network.ts'
import { outgoingUrlProblem } from '../domain/outgoing-address.ts'
import type { Town } from '../domain/town.ts'
import { createChannelDesk } from '../notify/channel-desk.ts'
import { dingtalk } from '../notify/channels/dingtalk.ts'
import { feishu } from '../notify/channels/feishu.ts'
import { createLoudspeaker } from '../notify/channels/loudspeaker.ts'
import { createWebPush, generatePushKeys } from '../notify/channels/web-push.ts'
import { sms, webhook } from '../notify/channels/webhook.ts'
import { wecom } from '../notify/channels/wecom.ts'
import { createGates } from '../notify/gates.ts'
import { createHttpPost } from '../notify/http-post.ts'
import { createMqttPost } from '../notify/mqtt-post.ts'
import { createNotifier } from '../notify/notifier.ts'
import { createSender } from '../notify/sender.ts'
import { createTelling } from '../notify/telling.ts'
import { pauseBySetTimeout } from '../pipeline/loop.ts'
import type { PushSubscriptionKeys, StoredChannel } from '../ports/notices.ts'
import { createChannelStore } from '../storage/channel-store.ts'
import { onCommit } from '../storage/database.ts'
import { createDeliveryStore } from '../storage/delivery-store.ts'
import { createNoticeLog } from '../storage/notice-log.ts'
import { createPushStore } from '../storage/push-store.ts'
import type { House, Stores } from './house.ts'
import type { Ways } from './ways.ts'

function networksOf(texts: readonly string[]) {
  return texts.flatMap((text) => parseNetwork(text) ?? [])
}

/** Where a push service may complain (RFC 8292, 2.1). */
function contactOf(baseUrl: string | undefined): string {
  return baseUrl?.startsWith('https:') ? baseUrl : 'mailto:notices@lianxun.invalid'
}

/** P-256 in the uncompressed form, and 16 bytes (RFC 8291, 3.1 and 3.2). */
function areKeys({ p256dh, auth }: PushSubscriptionKeys['keys']): boolean {
  const point = Buffer.from(p256dh, 'base64url')
  return point.length === 65 && point[0] === 4 && Buffer.from(auth, 'base64url').length === 16
}

/** What is told outside the house: the stores, the senders, and who looks after both. */
export function createNotices(
  house: House,
  stores: Stores,
  { commands }: Pick<Ways, 'commands'>,
  town: () => Town,
) {
  const { config, db, clock, logger } = house
  const { vault, audit } = stores
  const { baseUrl } = config
  const networks = {
    allowed: networksOf(config.cameraNetworks),
    own: networksOf(privateNetworks),
  }
  const channels = createChannelStore({ db, vault })
  const push = createPushStore({ db, vault, generateKeys: generatePushKeys })
  const code = () => town().places.find((place) => place.level === 'town')?.code
  const deliveries = createDeliveryStore({ db, town: code })
  const cut = new AbortController()
  const { signal } = cut
  const post = createHttpPost({ networks, signal })
  const mqttPost = createMqttPost({ networks, signal })
  const loudspeaker = createLoudspeaker({ commands, mqttPost, signal })
  const webPush = createWebPush({ push, contact: contactOf(baseUrl) })
  const ways = { webPush, wecom, dingtalk, feishu, webhook, sms, loudspeaker }
  const wayOf = ({ kind }: StoredChannel) => ways[kind]
  const gates = createGates({ wayOf, clock })
  const shared = { channels, wayOf, gates, post, clock }
  const notifier = createNotifier({
    telling: createTelling({ log: createNoticeLog(db), town, clock, newId: randomUUID, baseUrl }),
    createSender: (ended) =>
      createSender({ ...shared, deliveries, random: Math.random, ended, pause: pauseBySetTimeout }),
    onCommit: (listener) => onCommit(db, listener),
    warn: (text) => logger.warn(text),
    cut: () => cut.abort(),
  })
  const desk = createChannelDesk({
    ...shared,
    push,
    addresses: { networks, commands },
    town,
    audit,
    newId: randomUUID,
    changed: () => notifier.wake(),
  })

  function browserProblem({ endpoint, keys }: PushSubscriptionKeys): string | undefined {
    if (!areKeys(keys)) return 'its keys are not those of a browser'
    const problem = outgoingUrlProblem(endpoint, { ...networks, sender: 'browser' })
    return problem && `its address ${problem}`
  }

  return { channels, push, deliveries, desk, notifier, browserProblem }
}

export type Notices = ReturnType<typeof createNotices>
