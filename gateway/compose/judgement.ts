import { randomUUID } from 'node:crypto'
import { type Correlator, createCorrelator } from '../pipeline/correlate.ts'
import type { Adapter } from '../ports/adapter.ts'
import { createCorrelationStore } from '../storage/correlation-store.ts'
import { ensureHouseRules } from '../storage/house-rules.ts'
import { hashPassword } from '../storage/passwords.ts'
import { createTownWatch, type TownWatch } from '../town-watch.ts'
import type { House, Stores } from './house.ts'
import type { Ways } from './ways.ts'

function isPathUp(adapters: readonly Adapter[], name: string): boolean {
  return adapters.find((adapter) => adapter.name === name)?.connected() ?? false
}

/** Rules and the town they are judged by; an edited town reaches registry and rules together. */
export function createJudgement(house: House, stores: Stores, { adapters }: Ways) {
  const { clock, logger } = house
  const { devices, calibrations, log, towns, cameraBook, eventMappings } = stores
  const warn = (text: string) => logger.warn(text)
  const watch: TownWatch = createTownWatch({
    store: towns,
    warn,
    async changed() {
      await devices.reload()
      await cameraBook.reload()
      await calibrations.reload()
      // The rules that come with it are another change of the town, seen at the next look.
      await eventMappings.ensureDefaults()
      await ensureHouseRules(house.db)
      await correlator.reloadTown()
      await ensureAdmin(house, stores, watch)
      logger.info('the town was changed and is loaded again')
    },
  })
  const correlator: Correlator = createCorrelator({
    log,
    calibrations,
    store: createCorrelationStore(house.db),
    loadTown: async () => watch.town(),
    newId: randomUUID,
    isPathUp: (device) => isPathUp(adapters, device.adapter),
    devices,
    clock,
    warn,
  })
  return { watch, correlator }
}

export type Judgement = ReturnType<typeof createJudgement>

/** Once per installation, as soon as there is a town to be administrator of. */
export async function ensureAdmin(
  house: House,
  { users }: Stores,
  watch: TownWatch,
): Promise<void> {
  const { adminPassword } = house.config
  const town = watch.town().places.find((place) => place.level === 'town')
  if (!adminPassword || !town) return
  const isNew = await users.addOnce('admin-created', {
    username: 'admin',
    displayName: '管理员',
    role: 'townAdmin',
    scope: town.code,
    passwordHash: await hashPassword(adminPassword),
  })
  if (isNew) house.logger.info('user admin was created; its password is LIANXUN_ADMIN_PASSWORD')
}
