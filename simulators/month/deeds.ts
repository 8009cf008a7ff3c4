import type { Case } from '../../gateway/domain/case.ts'
import type { Actor } from '../../gateway/domain/person.ts'
import type { Town } from '../../gateway/domain/town.ts'
import type { CaseDeed } from '../../gateway/pipeline/case-deed.ts'
import { minuteMs } from '../scenarios/play.ts'
import type { Dice } from './dice.ts'
import type { People } from './people.ts'

/** What somebody does next about a case, and who: mostly the next step, at times something else. */

export interface Choice {
  actor: Actor
  deed: CaseDeed
}

export interface Standing {
  present: Pick<Case, 'state' | 'tier' | 'village' | 'grid' | 'holder' | 'dueAt' | 'hazard'>
  /** What it is about was nothing, as whoever goes there can see. */
  isFalse: boolean
  /** Another open case of the same hazard and village; undefined: there is none. */
  other: string | undefined
  now: number
}

export interface DeedParts {
  dice: Dice
  people: People
  town: Town
}

const reason = '按规定办理'

export function createDeeds({ dice, people, town }: DeedParts) {
  function leader({ present: { tier, village } }: Standing): Actor {
    const isLocal = tier !== 'town' && dice.roll() < 0.6
    return people.of(isLocal ? 'villageCadre' : 'operator', village)
  }

  const desk = ({ present }: Standing) => people.of('operator', present.village)
  const holder = ({ present }: Standing) =>
    people.holding(present.holder, present.grid ?? present.village)

  function passUp(standing: Standing): Choice | undefined {
    const { tier, village } = standing.present
    if (tier === 'town') return undefined
    return { actor: people.of('villageCadre', village), deed: { action: 'passUp', reason } }
  }

  function reported(standing: Standing): Choice {
    const roll = dice.roll()
    const actor = desk(standing)
    if (standing.isFalse && roll < 0.8) {
      return { actor, deed: { action: 'void', reason: '现场查看无火情', falseAlarm: true } }
    }
    if (roll < 0.05) return { actor, deed: { action: 'void', reason } }
    const { other } = standing
    if (roll < 0.22 && other) return { actor, deed: { action: 'merge', into: other } }
    const up = roll < 0.28 ? passUp(standing) : undefined
    return up ?? { actor: leader(standing), deed: { action: 'accept' } }
  }

  function accepted(standing: Standing): Choice {
    const { village, hazard } = standing.present
    const roll = dice.roll()
    const unit = town.hazards.find(({ id }) => id === hazard)?.unit ?? '应急办'
    const worker = people.of('gridWorker', village).username
    const to =
      roll < 0.4 ? { team: dice.pick(people.teams) } : roll < 0.6 ? { unit } : { user: worker }
    return { actor: leader(standing), deed: { action: 'dispatch', to } }
  }

  function dispatched(standing: Standing): Choice {
    const roll = dice.roll()
    const actor = holder(standing)
    if (roll < 0.12) return { actor, deed: { action: 'sendBack', reason: '不在本片区' } }
    if (roll < 0.17) return { actor: desk(standing), deed: { action: 'remind' } }
    return { actor, deed: { action: 'sign' } }
  }

  function handling(standing: Standing): Choice {
    const { now, present } = standing
    const roll = dice.roll()
    const actor = holder(standing)
    const later = (from: number) => from + Math.floor((30 + dice.roll() * 600) * minuteMs)
    if (roll < 0.07) return { actor, deed: { action: 'sendBack', reason: '需其他单位处理' } }
    if (roll < 0.18) {
      return { actor: leader(standing), deed: { action: 'suspend', reason, until: later(now) } }
    }
    if (roll < 0.28) {
      return {
        actor,
        deed: { action: 'extend', reason, until: later(Math.max(now, present.dueAt ?? 0)) },
      }
    }
    if (roll < 0.34) {
      const supervisor = people.of('supervisor', present.village)
      return { actor: supervisor, deed: { action: 'supervise', text: '请加快', dueAt: later(now) } }
    }
    const up = roll < 0.38 ? passUp(standing) : undefined
    return up ?? { actor, deed: { action: 'feedback', text: '已到现场处置' } }
  }

  function verifying(standing: Standing): Choice {
    const actor = leader(standing)
    return dice.roll() < 0.15
      ? { actor, deed: { action: 'rework', reason: '照片看不清' } }
      : { actor, deed: { action: 'verify', text: '现场核查无误' } }
  }

  function closed(standing: Standing): Choice | undefined {
    const roll = dice.roll()
    const { village } = standing.present
    if (roll < 0.7) {
      const deed: CaseDeed = { action: 'evaluate', score: 2 + dice.upTo(4) }
      return { actor: people.of('townAdmin', village), deed }
    }
    return roll < 0.76
      ? { actor: desk(standing), deed: { action: 'reopen', reason: '又冒烟了' } }
      : undefined
  }

  function choose(standing: Standing): Choice | undefined {
    switch (standing.present.state) {
      case 'reported':
        return reported(standing)
      case 'accepted':
        return accepted(standing)
      case 'dispatched':
        return dispatched(standing)
      case 'handling':
        return handling(standing)
      case 'suspended':
        return dice.roll() < 0.6
          ? { actor: holder(standing), deed: { action: 'resume' } }
          : { actor: holder(standing), deed: { action: 'note', text: '等材料' } }
      case 'verifying':
        return verifying(standing)
      case 'closed':
        return closed(standing)
      case 'void':
      case 'merged':
        return undefined
    }
  }

  /** What follows an act soon after, by somebody else. */
  function answerTo({ deed }: Choice, standing: Standing): Choice | undefined {
    if (deed.action === 'supervise') {
      return { actor: holder(standing), deed: { action: 'answer', text: '正在办理' } }
    }
    if (deed.action !== 'extend') return undefined
    const actor = leader(standing)
    return dice.roll() < 0.8
      ? { actor, deed: { action: 'grantExtension' } }
      : { actor, deed: { action: 'refuseExtension', reason: '请按期办结' } }
  }

  const stepIn = {
    reported: 'accept',
    accepted: 'dispatch',
    dispatched: 'sign',
    handling: 'handle',
  } as const

  /** Mostly in time, at times much too late; nobody acts at the very instant of a deadline. */
  function delayMs({ state, hazard }: Pick<Case, 'state' | 'hazard'>): number {
    const step = stepIn[state as keyof typeof stepIn]
    const minutes = town.hazards.find(({ id }) => id === hazard)?.clocks[step] ?? 180
    const share = dice.roll() < 0.75 ? 0.7 * dice.roll() : 1 + 2 * dice.roll()
    return 1 + Math.floor(Math.min(minutes * share, 2 * 1440) * minuteMs)
  }

  return { choose, answerTo, delayMs }
}
