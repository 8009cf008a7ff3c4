import { ConflictError, NotFoundError } from '../domain/errors.ts'
import type { ChannelCarrier, ChannelKind, NoticeRule } from '../domain/notice.ts'
import { firstRules } from '../domain/notice-first-rules.ts'
import type { Town } from '../domain/town.ts'
import type { By } from '../people/by.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type {
  ChannelSecrets,
  ChannelStore,
  ListedChannel,
  Notice,
  PushStore,
  StoredChannel,
} from '../ports/notices.ts'
import { attempt } from './attempt.ts'
import type { ChannelWay, Outcome } from './channel.ts'
import { type AddressRules, checkAddress, invalid } from './channel-address.ts'
import type { Gates } from './gates.ts'
import type { HttpPost } from './http-post.ts'

/** What administrators do to channels and rules. Addresses and secrets go in and never come out. */

export interface ChannelDeskParts {
  channels: ChannelStore
  push: PushStore
  wayOf: (channel: StoredChannel) => ChannelWay
  gates: Gates
  post: HttpPost
  addresses: AddressRules
  town: () => Town
  audit: AuditLog
  clock: Clock
  newId: NewId
  /** Something may wait that can go now. */
  changed: () => void
}

interface NewChannelRequest {
  name: string
  kind: ChannelKind
  enabled: boolean
  carrier?: ChannelCarrier | undefined
  /** Empty with MQTT: the gateway's own broker. */
  url?: string | undefined
  secret?: string | undefined
  username?: string | undefined
  topic?: string | undefined
  /** Code; null: the whole town. */
  place?: string | null | undefined
  perMinute?: number | undefined
}

type ChannelChangeRequest = Partial<Omit<NewChannelRequest, 'kind' | 'carrier'>>

export interface ChannelDesk {
  add(by: By, request: NewChannelRequest): Promise<ListedChannel>
  change(by: By, id: string, request: ChannelChangeRequest): Promise<ListedChannel>
  remove(by: By, id: string): Promise<void>
  /** Sends a message to the channel itself; for web push to the asker's own browsers. */
  test(by: By, id: string): Promise<{ ok: boolean; error: string | null }>
  setRules(by: By, rules: readonly NoticeRule[]): Promise<void>
}

export function createChannelDesk(parts: ChannelDeskParts): ChannelDesk {
  const { channels, audit, clock } = parts

  async function checkName(name: string, id?: string): Promise<void> {
    const others = await channels.list()
    if (others.some((other) => other.name === name && other.id !== id)) {
      throw new ConflictError(`There is a channel "${name}" already; choose another name.`, name)
    }
  }

  function checkPlace(code: string | null): void {
    const { places } = parts.town()
    if (code !== null && !places.some((place) => place.code === code)) {
      invalid('place', `there is no place ${code}; take a code of places.geojson, or null`)
    }
  }

  async function stored(id: string): Promise<StoredChannel> {
    const channel = await channels.get(id)
    if (!channel) throw new NotFoundError('There is no such channel.')
    return channel
  }

  async function listed(id: string): Promise<ListedChannel> {
    const found = (await channels.list()).find((one) => one.id === id)
    if (!found) throw new NotFoundError('There is no such channel.')
    return found
  }

  function note(by: By, act: string, subject: string, detail: string): Promise<void> {
    return audit.write({ actor: by.actor.id, act, subject, detail, address: by.address })
  }

  async function targets(by: By, channel: StoredChannel): Promise<string[]> {
    if (channel.kind !== 'webPush') return [channel.kind === 'sms' ? 'operator@test' : 'group']
    const browsers = await parts.push.of(by.actor.id)
    return browsers.map((browser) => `${by.actor.id}/${browser}`)
  }

  async function sendTest(channel: StoredChannel, target: string): Promise<Outcome> {
    const waitMs = parts.gates.waitMs(channel, target)
    if (waitMs > 0) {
      return {
        kind: 'failed',
        error: `too many messages; try again in ${Math.ceil(waitMs / 1000)} s`,
      }
    }
    parts.gates.take(channel)
    const message = {
      channel,
      secrets: await channels.secrets(channel.id),
      target,
      notice: testNotice(parts.newId(), clock.now()),
      deliveryId: null,
      now: clock.now(),
    }
    const outcome = await attempt(parts.wayOf(channel), message, parts.post)
    if (outcome.kind === 'wait') parts.gates.block(channel, outcome.ms, outcome.of && target)
    return outcome
  }

  return {
    async add(by, request) {
      const { name, kind, enabled, perMinute = null, carrier = 'http', topic = null } = request
      const { place = null } = request
      const secrets = secretsOf(request, {})
      checkAddress({ kind, carrier, topic }, secrets, parts.addresses)
      checkPlace(place)
      await checkName(name)
      const present = await channels.list()
      if (kind === 'webPush' && present.some((one) => one.kind === kind)) {
        throw new ConflictError('There is a channel for browsers already; one is enough.', name)
      }
      const host = hostOf(secrets)
      const id = parts.newId()
      const channel = { id, name, kind, enabled, host, carrier, topic, place, perMinute }
      await channels.add(channel, secrets, present.length === 0 ? firstRules(channel) : [])
      const to = `${name}: ${kind} ${host ?? ''} ${topic ?? ''} ${place ?? ''}`
      await note(by, 'addChannel', `channel:${channel.id}`, to.replace(/ +/g, ' ').trim())
      parts.changed()
      return listed(channel.id)
    },
    async change(by, id, request) {
      const before = await stored(id)
      const { name = before.name, enabled = before.enabled, topic = before.topic } = request
      const { place = before.place } = request
      checkPlace(place)
      const perMinute = request.perMinute ?? before.perMinute
      if (name !== before.name) await checkName(name, id)
      const isNew = addressFields.some((field) => request[field] !== undefined)
      // Over MQTT no address is the gateway's own broker, which needs no login.
      const isMoved = before.carrier === 'mqtt' && request.url === ''
      const kept = isMoved ? {} : await channels.secrets(id)
      const secrets = isNew ? secretsOf(request, kept) : undefined
      if (secrets) checkAddress({ ...before, topic }, secrets, parts.addresses)
      const host = secrets ? hostOf(secrets) : before.host
      await channels.change({ ...before, name, enabled, host, topic, place, perMinute }, secrets)
      const fields = Object.entries(request).flatMap(([key, value]) =>
        value === undefined ? [] : [key],
      )
      await note(by, 'changeChannel', `channel:${id}`, `${name}: ${fields.join(', ')}`)
      parts.changed()
      return listed(id)
    },
    async remove(by, id) {
      const channel = await stored(id)
      const users = (await channels.rules()).filter(
        (rule) => rule.channel === id || rule.fallback?.channel === id,
      )
      if (users.length > 0) {
        const names = users.map((rule) => `"${rule.name}"`).join(', ')
        throw new ConflictError(
          `${names} use this channel; change or remove these rules first.`,
          id,
        )
      }
      await channels.remove(id)
      await note(by, 'removeChannel', `channel:${id}`, channel.name)
    },
    async test(by, id) {
      const channel = await stored(id)
      const told = await targets(by, channel)
      await note(by, 'testChannel', `channel:${id}`, channel.name)
      if (told.length === 0) {
        return {
          ok: false,
          error: 'none of your browsers lets itself be told; allow it in one first',
        }
      }
      for (const target of told) {
        const outcome = await sendTest(channel, target)
        if (outcome.kind !== 'sent') return { ok: false, error: outcome.error }
      }
      return { ok: true, error: null }
    },
    async setRules(by, rules) {
      const known = new Set((await channels.list()).map(({ id }) => id))
      const ids = new Set<string>()
      for (const [index, { id, channel, fallback }] of rules.entries()) {
        const at = `items.${index}`
        if (ids.has(id)) invalid(`${at}.id`, `"${id}" is there twice`)
        ids.add(id)
        if (!known.has(channel)) invalid(`${at}.channel`, `there is no channel "${channel}"`)
        const next = fallback?.channel ?? ''
        if (next !== '' && !known.has(next)) {
          invalid(`${at}.fallback.channel`, `there is no channel "${next}"`)
        }
      }
      await channels.setRules(rules)
      await note(by, 'changeNoticeRules', 'setting:notice-rules', `${rules.length} rules`)
    },
  }
}

const addressFields = ['url', 'secret', 'username', 'topic'] as const

/** What is left out stays. */
function secretsOf(request: ChannelChangeRequest, kept: ChannelSecrets): ChannelSecrets {
  const { url, secret, username } = request
  return { ...kept, ...(url && { url }), ...(secret && { secret }), ...(username && { username }) }
}

function hostOf({ url }: ChannelSecrets): string | null {
  return url ? new URL(url).host : null
}

function testNotice(id: string, at: number): Notice {
  return {
    id,
    act: 'test',
    at,
    case: {
      id: 'test',
      number: 'TEST',
      title: '联巡测试消息',
      severity: 'blue',
      hazard: 'test',
      state: 'test',
      village: '',
      grid: null,
    },
    to: 'channel',
    text: '【联巡】测试消息：收到即表示通知可以送达。',
    spoken: '联巡广播测试。',
    path: '/notices',
    link: null,
  }
}
