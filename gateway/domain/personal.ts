/**
 * Recognises what names a person: faces, gaits, number plates, lists of people. The house never takes
 * these in: the adapters count and drop them before anything is stored, quarantine included.
 */
const personalWords = new Set([
  'anpr',
  'alpr',
  'lpr',
  'plate',
  'plates',
  'licenseplate',
  'licenceplate',
  'numberplate',
  'carplate',
  'idcard',
  'idnumber',
  'passport',
  'biometric',
  'biometrics',
  'gait',
  'fingerprint',
  'fingerprints',
  'iris',
  'personname',
  'personid',
  'fullname',
  'namelist',
  'blacklist',
  'whitelist',
  'watchlist',
])

const personalChinese = /人脸|车牌|身份证|姓名|名单|步态|指纹|虹膜/u

function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
}

function isPersonalWord(word: string): boolean {
  return personalWords.has(word) || /^faces?(?!t)/.test(word) || word.startsWith('platerecog')
}

/** Judges an event type or a field name by its words, so that `surfaceWater` is none of it. */
export function isPersonal(name: string): boolean {
  if (name.length > maxRememberedLength) return judge(name)
  let verdict = remembered.get(name)
  if (verdict !== undefined) return verdict
  if (remembered.size >= maxRemembered) remembered.clear()
  verdict = judge(name)
  remembered.set(name, verdict)
  return verdict
}

/** The same few field names come with every message, and judging one costs more than parsing it. */
const remembered = new Map<string, boolean>()
const maxRemembered = 1_000
const maxRememberedLength = 64

function judge(name: string): boolean {
  if (personalChinese.test(name)) return true
  const words = wordsOf(name)
  return words.some((word, i) => isPersonalWord(word) || isPersonalWord(`${word}${words[i + 1]}`))
}
