import { describe, expect, test } from 'vitest'
import { agentWords } from '../../../dashboard/src/account/agent-words.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'

const [zh, en] = [createTranslate('zh'), createTranslate('en')]

const agents = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    '微软浏览器，视窗电脑',
    'Edge, Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0 Mobile Safari/537.36 XWEB/1300 MicroMessenger/8.0.50',
    '微信，安卓手机',
    'WeChat, Android',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    '谷歌浏览器，其他电脑',
    'Chrome, Linux',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    '苹果浏览器，苹果手机',
    'Safari, iPhone',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14.6; rv:140.0) Gecko/20100101 Firefox/140.0',
    '火狐浏览器，苹果电脑',
    'Firefox, Mac',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/123.0 Safari/537.36 QQBrowser/19.0',
    '腾讯浏览器，视窗电脑',
    'QQ Browser, Windows',
  ],
  ['curl/8.9.1', '未知的程序', 'Unknown program'],
  ['<img src=x onerror=alert(1)>', '未知的程序', 'Unknown program'],
  [null, '未知的程序', 'Unknown program'],
] as const

describe('a browser by the name people know', () => {
  test.each(agents)('%s', (agent, inChinese, inEnglish) => {
    expect(agentWords(agent, zh)).toBe(inChinese)
    expect(agentWords(agent, en)).toBe(inEnglish)
  })
})
