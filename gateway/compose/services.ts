import { randomUUID } from 'node:crypto'
import type { BackupKeeper } from '../backup/keeper.ts'
import type { HealthKeeper } from '../health/keeper.ts'
import { createHealth } from '../health.ts'
import type { HttpServices } from '../http/services.ts'
import { createPictureCleaner } from '../pictures/clean-picture.ts'
import { createThumbnails } from '../pictures/thumbnails.ts'
import { createAdoption } from '../pipeline/adopt.ts'
import { createCalendarDesk } from '../pipeline/calendar-desk.ts'
import { calibratedLatest } from '../pipeline/calibrated-latest.ts'
import { createCalibrationDesk } from '../pipeline/calibration-desk.ts'
import type { CaseClocks } from '../pipeline/case-clocks.ts'
import { createCaseDesk } from '../pipeline/case-desk.ts'
import { createDeviceTrust } from '../pipeline/device-trust.ts'
import { createDispatchAdvice } from '../pipeline/dispatch-advice.ts'
import { createEvaluator } from '../pipeline/evaluation.ts'
import { createPictureDesk } from '../pipeline/picture-desk.ts'
import { createReportDesk } from '../pipeline/reports.ts'
import { createSeriesDesk } from '../pipeline/series-desk.ts'
import { createVideoDesk } from '../pipeline/video-desk.ts'
import type { Queries } from '../ports/queries.ts'
import { createAuditChain } from '../storage/audit-chain.ts'
import { createCalendarStore } from '../storage/calendar-store.ts'
import { createCalibrationStore } from '../storage/calibration-store.ts'
import { createCaseStore } from '../storage/case-store.ts'
import { createDeviceStore } from '../storage/device-store.ts'
import { createDispatchQueries } from '../storage/dispatch-queries.ts'
import { createEvaluationRecords } from '../storage/evaluation-queries.ts'
import { hashPassword, newPassword, verifyPassword } from '../storage/passwords.ts'
import { createQueries } from '../storage/queries.ts'
import { hashSecret, newSecret } from '../storage/secrets.ts'
import type { Cameras } from './cameras.ts'
import type { Disk } from './disk.ts'
import type { Exchange } from './exchange.ts'
import { createFirstStarter } from './first-start.ts'
import type { House, Stores } from './house.ts'
import type { Judgement } from './judgement.ts'
import type { Live } from './live.ts'
import type { Notices } from './notices.ts'
import type { Patrols } from './patrols.ts'
import type { Ways } from './ways.ts'

/** All that the routes may ask of the house. */
export function createServices(
  house: House,
  stores: Stores,
  ways: Ways,
  judgement: Judgement & {
    clocks: CaseClocks
    backups: BackupKeeper
    health: HealthKeeper
    exchange: Exchange
    disk: Disk
    notices: Notices
    live: Live
    cameras: Cameras
    patrols: Patrols
  },
): HttpServices {
  const { db, clock, key } = house
  const { towns, devices, observations } = stores
  const { quarantine } = observations
  const { watch, correlator, clocks, backups, health, notices, live, cameras, patrols } = judgement
  const names = {
    rule: (id: string) => watch.town().rules.find((rule) => rule.id === id)?.name,
    device: (id: string) => devices.speaker(id)?.name,
    town: () => watch.town().places.find((place) => place.level === 'town')?.code,
  }
  const stored = createQueries({ db, clock, names })
  const queries: Queries = {
    ...stored,
    latestReadings: async (ids) =>
      (await stored.latestReadings(ids)).map((one) => calibratedLatest(stores.calibrations, one)),
  }
  const deskParts = {
    store: createCaseStore(db, createAuditChain({ key, clock })),
    loadTown: async () => watch.town(),
    newId: randomUUID,
    clock,
  }
  const reportDesk = createReportDesk(deskParts)
  return {
    ...stores,
    ...createHealth({ ...stores, ...ways, correlator, clocks, live, page: health }),
    backups,
    health,
    ...judgement.exchange,
    seriesSizes: judgement.disk.sizes,
    notices,
    live,
    cameras,
    patrols,
    video: {
      ...cameras.rounds,
      desk: createVideoDesk({
        ...stores,
        store: cameras.rounds.store,
        reportDesk,
        places: () => watch.town().places,
        takeStill: (camera) => cameras.stills.take(camera, 1_000),
        planned: () => cameras.rounds.planner.plan(),
        clock,
        newId: randomUUID,
      }),
    },
    clock,
    quarantine,
    series: createSeriesDesk({
      store: stores.series,
      calibrations: stores.calibrations,
      timeZone: house.config.timeZone,
    }),
    calibrations: createCalibrationDesk({
      store: createCalibrationStore(db),
      clock,
      reload: () => watch.look(),
    }),
    verifyPassword,
    hashPassword,
    newPassword,
    newSecret,
    firstStart: createFirstStarter(house, stores, watch),
    town: watch.town,
    replay: ways.replay,
    queries,
    newId: randomUUID,
    evaluator: createEvaluator({
      records: createEvaluationRecords({ db, town: names.town }),
      town: watch.town,
      deviceName: names.device,
      clock,
    }),
    desk: createCaseDesk(deskParts),
    reportDesk,
    advice: createDispatchAdvice({
      facts: createDispatchQueries(db),
      queries,
      town: watch.town,
      clock,
    }),
    thumbnails: createThumbnails(stores.pictures),
    pictureDesk: createPictureDesk({ ...stores, clean: createPictureCleaner(), clock }),
    calendar: createCalendarDesk({
      store: createCalendarStore(db, () => watch.look()),
      town: watch.town,
      clock,
    }),
    throttled: ways.throttled,
    mqttPort: ways.mqttPort,
    deviceTrust: createDeviceTrust({
      store: createDeviceStore({ db, clock }),
      clock,
      newSecret,
      hashSecret: (secret) => hashSecret(key, secret),
      settled: () => devices.settled(),
      reload: () => watch.look(),
    }),
    adopt: createAdoption({
      store: towns,
      hashSecret: (secret) => hashSecret(key, secret),
      reload: () => watch.look(),
      addressProblem: async (address) => {
        const judgement = await ways.guard.judge(address)
        return judgement.ok ? undefined : judgement.problem
      },
      town: watch.town,
      quarantine,
      newSecret,
      replay: ways.replay,
    }),
  }
}
