import type { Role } from '../../../gateway/domain/person.ts'
import type { Key } from '../i18n/translate.ts'
import type { IconName } from '../parts/icon.tsx'
import { keepsRoster, mayEvaluate, worksAtDesk } from './town.ts'

/** Where one can go: what is watched every day first, what is looked after now and then behind it. */

export interface NavPlace {
  to:
    | '/tasks'
    | '/console'
    | '/cases'
    | '/villages'
    | '/devices'
    | '/history'
    | '/cameras'
    | '/video'
    | '/patrols'
    | '/quarantine'
    | '/health'
    | '/evaluation'
    | '/duty'
    | '/planned'
    | '/notices'
    | '/people'
    | '/audit'
  label: Key
  icon: IconName
}

const watch: readonly NavPlace[] = [
  { to: '/tasks', label: 'nav.tasks', icon: 'check' },
  { to: '/console', label: 'nav.console', icon: 'desk' },
  { to: '/cases', label: 'nav.cases', icon: 'cases' },
  { to: '/villages', label: 'nav.board', icon: 'board' },
  { to: '/devices', label: 'nav.devices', icon: 'device' },
  { to: '/history', label: 'nav.history', icon: 'history' },
  { to: '/cameras', label: 'nav.cameras', icon: 'camera' },
  { to: '/video', label: 'nav.video', icon: 'video' },
  { to: '/patrols', label: 'nav.patrols', icon: 'place' },
  { to: '/quarantine', label: 'nav.quarantine', icon: 'quarantine' },
]

const administration: readonly NavPlace[] = [
  { to: '/evaluation', label: 'nav.evaluation', icon: 'chart' },
  { to: '/health', label: 'nav.health', icon: 'health' },
  { to: '/duty', label: 'nav.duty', icon: 'clock' },
  { to: '/planned', label: 'nav.planned', icon: 'flame' },
  { to: '/notices', label: 'nav.notices', icon: 'globe' },
  { to: '/people', label: 'nav.people', icon: 'people' },
  { to: '/audit', label: 'nav.audit', icon: 'audit' },
]

const fieldRoles = new Set<Role>(['villageCadre', 'gridWorker', 'patroller'])

const evaluatorsOnly = new Set(['/evaluation', '/planned', '/video', '/patrols'])
const deskOnly = new Set(['/console', '/quarantine', '/health'])
const administratorOnly = new Set(['/notices', '/people', '/audit'])

function isFor(role: Role, { to }: NavPlace): boolean {
  if (to === '/tasks') return fieldRoles.has(role)
  if (evaluatorsOnly.has(to)) return mayEvaluate(role)
  if (to === '/duty') return keepsRoster(role)
  if (administratorOnly.has(to)) return role === 'townAdmin'
  return !deskOnly.has(to) || worksAtDesk(role)
}

export function placesFor(role: Role): { watch: NavPlace[]; administration: NavPlace[] } {
  return {
    watch: watch.filter((place) => isFor(role, place)),
    administration: administration.filter((place) => isFor(role, place)),
  }
}
