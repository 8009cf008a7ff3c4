import type { TagKind } from '../../domain/patrol.ts'

/** The few words of a tag sheet. */

export const sheetLanguages = ['zh', 'en'] as const

export type SheetLanguage = (typeof sheetLanguages)[number]

interface SheetWords {
  title: string
  /** One line: what to do at this point. */
  act: Record<TagKind, string>
  /** In place of a code that no paper can show: two lines. */
  instead: Record<'qrRotating' | 'reader', readonly string[]>
}

export const sheetWords: Record<SheetLanguage, SheetWords> = {
  zh: {
    title: '打卡标签',
    act: {
      qr: '扫码打卡',
      nfcUid: '手机碰一碰，或扫码打卡',
      nfc424: '手机碰一碰，或扫码打卡',
      qrRotating: '扫屏幕上的码打卡',
      reader: '刷卡打卡',
    },
    instead: {
      qrRotating: ['这里的码显示在屏幕上', '每 30 秒换一次'],
      reader: ['这里有读卡器', '请刷巡逻牌'],
    },
  },
  en: {
    title: 'Tag sheet',
    act: {
      qr: 'Scan to check in',
      nfcUid: 'Tap with your phone, or scan',
      nfc424: 'Tap with your phone, or scan',
      qrRotating: 'Scan the screen to check in',
      reader: 'Show your badge to check in',
    },
    instead: {
      qrRotating: ['The code is on a screen', 'and changes every 30 s'],
      reader: ['There is a reader here:', 'hold your badge to it'],
    },
  },
}
