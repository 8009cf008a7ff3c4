import { en } from './en.ts'
import { enCalibration } from './en-calibration.ts'
import { enCameraEvents } from './en-camera-events.ts'
import { enCameraJoin } from './en-camera-join.ts'
import { enCameras } from './en-cameras.ts'
import { enCases } from './en-cases.ts'
import { enDevices } from './en-devices.ts'
import { enEvaluation } from './en-evaluation.ts'
import { enLive } from './en-live.ts'
import { enNotices } from './en-notices.ts'
import { enPatrolAudit } from './en-patrol-audit.ts'
import { enPatrolPoints } from './en-patrol-points.ts'
import { enPatrols } from './en-patrols.ts'
import { enPeople } from './en-people.ts'
import { enPlanned } from './en-planned.ts'
import { enRetention } from './en-retention.ts'
import { enSeries } from './en-series.ts'
import { enTerms } from './en-terms.ts'
import { enTrust } from './en-trust.ts'
import { enVideo } from './en-video.ts'
import { enWork } from './en-work.ts'
import { zh } from './zh.ts'
import { zhCalibration } from './zh-calibration.ts'
import { zhCameraEvents } from './zh-camera-events.ts'
import { zhCameraJoin } from './zh-camera-join.ts'
import { zhCameras } from './zh-cameras.ts'
import { zhCases } from './zh-cases.ts'
import { zhDevices } from './zh-devices.ts'
import { zhEvaluation } from './zh-evaluation.ts'
import { zhLive } from './zh-live.ts'
import { zhNotices } from './zh-notices.ts'
import { zhPatrolAudit } from './zh-patrol-audit.ts'
import { zhPatrolPoints } from './zh-patrol-points.ts'
import { zhPatrols } from './zh-patrols.ts'
import { zhPeople } from './zh-people.ts'
import { zhPlanned } from './zh-planned.ts'
import { zhRetention } from './zh-retention.ts'
import { zhSeries } from './zh-series.ts'
import { zhTerms } from './zh-terms.ts'
import { zhTrust } from './zh-trust.ts'
import { zhVideo } from './zh-video.ts'
import { zhWork } from './zh-work.ts'

export type Language = 'zh' | 'en'
export type Key =
  | keyof typeof zh
  | keyof typeof zhTerms
  | keyof typeof zhCases
  | keyof typeof zhDevices
  | keyof typeof zhCalibration
  | keyof typeof zhEvaluation
  | keyof typeof zhPeople
  | keyof typeof zhTrust
  | keyof typeof zhRetention
  | keyof typeof zhPlanned
  | keyof typeof zhWork
  | keyof typeof zhNotices
  | keyof typeof zhLive
  | keyof typeof zhCameras
  | keyof typeof zhCameraJoin
  | keyof typeof zhCameraEvents
  | keyof typeof zhVideo
  | keyof typeof zhPatrols
  | keyof typeof zhPatrolPoints
  | keyof typeof zhPatrolAudit
  | keyof typeof zhSeries
export type Translate = (key: Key, values?: Record<string, string | number>) => string

export const dictionaries: Record<Language, Record<Key, string>> = {
  zh: {
    ...zhTerms,
    ...zhCases,
    ...zhDevices,
    ...zhCalibration,
    ...zhEvaluation,
    ...zhPeople,
    ...zhTrust,
    ...zhRetention,
    ...zhPlanned,
    ...zhWork,
    ...zhNotices,
    ...zhLive,
    ...zhCameras,
    ...zhCameraJoin,
    ...zhCameraEvents,
    ...zhVideo,
    ...zhPatrols,
    ...zhPatrolPoints,
    ...zhPatrolAudit,
    ...zhSeries,
    ...zh,
  },
  en: {
    ...enTerms,
    ...enCases,
    ...enDevices,
    ...enCalibration,
    ...enEvaluation,
    ...enPeople,
    ...enTrust,
    ...enRetention,
    ...enPlanned,
    ...enWork,
    ...enNotices,
    ...enLive,
    ...enCameras,
    ...enCameraJoin,
    ...enCameraEvents,
    ...enVideo,
    ...enPatrols,
    ...enPatrolPoints,
    ...enPatrolAudit,
    ...enSeries,
    ...en,
  },
}

export function isKey(key: string): key is Key {
  return Object.hasOwn(dictionaries.zh, key)
}

export function createTranslate(language: Language): Translate {
  const dictionary = dictionaries[language]
  return (key, values) =>
    dictionary[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values?.[name] ?? whole))
}

/** A term by its name in the code; the name itself where the town has made its own. */
export function term(t: Translate, group: string, name: string): string {
  const key = `${group}.${name}`
  return isKey(key) ? t(key) : name
}
