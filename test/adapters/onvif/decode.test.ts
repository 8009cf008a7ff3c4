import { describe, expect, it, test } from 'vitest'
import { readSystemTime, readTime } from '../../../adapters/onvif/camera-time.ts'
import {
  decodeNotifications,
  readTimes,
  readTopic,
  readTopicSet,
} from '../../../adapters/onvif/decode.ts'
import { parseXml } from '../../../adapters/onvif/xml.ts'

const spaces =
  'xmlns:tev="http://www.onvif.org/ver10/events/wsdl" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:x="http://www.onvif.org/ver10/topics" xmlns:ax="http://www.axis.com/2009/event/topics" xmlns:u="urn:maker:topics" xmlns:wstop="http://docs.oasis-open.org/wsn/t-1"'
const parse = (text: string) => parseXml(Buffer.from(text))

function notification(topic: string, message: string): string {
  return `<wsnt:NotificationMessage><wsnt:Topic>${topic}</wsnt:Topic><wsnt:Message>${message}</wsnt:Message></wsnt:NotificationMessage>`
}

function decode(...notifications: string[]) {
  return decodeNotifications(
    parse(
      `<tev:PullMessagesResponse ${spaces}>${notifications.join('')}</tev:PullMessagesResponse>`,
    ),
  )
}

test.each([
  ['tns1:VideoSource/MotionAlarm', 'VideoSource/MotionAlarm'],
  ['x:VideoSource/MotionAlarm', 'VideoSource/MotionAlarm'],
  ['VideoSource/MotionAlarm', 'VideoSource/MotionAlarm'],
  ['  tns1:VideoSource/MotionAlarm//.\n', 'VideoSource/MotionAlarm'],
  ['tns1:VideoSource/MotionAlarm|tns1:Other', 'VideoSource/MotionAlarm'],
  ['tns1:VideoSoure/MotionAlarm/', 'VideoSource/MotionAlarm'],
  ['tns1:Device/ax:Lens', 'Device/axis.com:Lens'],
  ['u:Fire/Seen', 'urn-maker-topics:Fire/Seen'],
  ['nobody:Fire/Seen', 'nobody:Fire/Seen'],
  ['', undefined],
  ['   ', undefined],
  ['x'.repeat(600), undefined],
])('the topic %j is read as %j', (text, topic) => {
  expect(readTopic(parse(`<T ${spaces}>${text}</T>`))).toBe(topic)
})

test('tns1 that was never declared is meant as ONVIF', () => {
  expect(readTopic(parse('<T>tns1:VideoSource/SignalLoss</T>'))).toBe('VideoSource/SignalLoss')
})

describe('a notification', () => {
  it('is read whole', () => {
    const message = `<tt:Message UtcTime="2026-11-22T07:00:00.5Z" PropertyOperation="Changed"><tt:Source><tt:SimpleItem Name="VideoSource" Value="1"/></tt:Source><tt:Key><tt:SimpleItem Name="ObjectId" Value="5"/></tt:Key><tt:Data><tt:SimpleItem Name="IsInside" Value=" true "/><tt:ElementItem Name="Shape"><secret/></tt:ElementItem></tt:Data></tt:Message>`
    const { messages, personal } = decode(notification('tns1:A/B', message))
    expect(personal).toBe(0)
    expect(messages).toEqual([
      {
        topic: 'A/B',
        operation: 'changed',
        source: [['VideoSource', '1']],
        key: [['ObjectId', '5']],
        content: [['IsInside', 'true']],
        at: Date.UTC(2026, 10, 22, 7, 0, 0, 500),
        isCut: false,
      },
    ])
  })

  it('is taken without operation, time, source or message', () => {
    const { messages } = decode(
      notification('tns1:A', '<tt:Message UtcTime="0000-00-00T00:00:00Z"><tt:Data/></tt:Message>'),
      notification('tns1:B', ''),
      '<wsnt:NotificationMessage/>',
      'text',
    )
    expect(messages).toMatchObject([
      { topic: 'A', operation: null, at: null, content: [] },
      { topic: 'B', operation: null, at: null },
    ])
  })

  it('may carry names that mean something to JavaScript', () => {
    const items = ['__proto__', 'constructor', 'toString'].map(
      (name) => `<tt:SimpleItem Name="${name}" Value="1"/>`,
    )
    const { messages } = decode(
      notification('A', `<tt:Message><tt:Data>${items.join('')}</tt:Data></tt:Message>`),
    )
    expect(messages[0]?.content.map(([name]) => name)).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ])
  })

  const item = (name: string, value: string) => `<tt:SimpleItem Name="${name}" Value="${value}"/>`
  const data = (...items: string[]) =>
    `<tt:Message><tt:Data>${items.join('')}</tt:Data></tt:Message>`
  it.each([
    ['tns1:RuleEngine/MyRuleDetector/FaceDetect'],
    ['tns1:RuleEngine/Recognition/LicensePlate'],
    ['tns1:RuleEngine/Recognition/Anything'],
    ['ax:ANPR/Seen'],
  ])('of %s names a person and is dropped whole', (topic) => {
    const found = decode(notification(topic, data(item('State', 'true'))))
    expect(found).toEqual({ messages: [], personal: 1 })
  })

  it('loses what names a person, and goes on with the rest', () => {
    const { messages, personal } = decode(
      notification(
        'A',
        data(item('PlateNumber', 'X1'), item('ClassTypes', 'HumanFace Fire'), item('Kind', 'Face')),
      ),
    )
    expect(personal).toBe(1)
    expect(messages).toMatchObject([{ content: [['ClassTypes', 'Fire']], isCut: true }])
  })
})

test('topics of a set, with the prefixes of the documents, and none about persons', () => {
  const set = `<R ${spaces}><wstop:TopicSet><x:VideoSource><MotionAlarm wstop:topic="true"><tt:MessageDescription/></MotionAlarm></x:VideoSource><tns1:RuleEngine><FaceDetect wstop:topic="true"/><Rule wstop:topic="1"><ax:Special wstop:topic="true"/></Rule></tns1:RuleEngine></wstop:TopicSet></R>`
  expect(readTopicSet(parse(set))).toEqual([
    'tns1:RuleEngine/Rule',
    'tns1:RuleEngine/Rule/axis.com:Special',
    'tns1:VideoSource/MotionAlarm',
  ])
})

test.each([
  ['2026-11-22T07:00:00Z', Date.UTC(2026, 10, 22, 7)],
  ['2026-11-22T07:00:00', Date.UTC(2026, 10, 22, 7)],
  ['2026-11-22T15:00:00+08:00', Date.UTC(2026, 10, 22, 7)],
  ['1970-01-01T00:00:05Z', 5_000],
  ['0000-00-00T00:00:00Z', null],
  ['2026-13-45T07:00:00Z', null],
  ['22.11.2026', null],
  ['', null],
  [undefined, null],
])('the time %j is %j', (text, at) => {
  expect(readTime(text)).toBe(at)
})

test('the life of a subscription is counted by the camera’s own clock', () => {
  const times =
    '<R><CurrentTime>1970-01-01T00:01:00Z</CurrentTime><TerminationTime>1970-01-01T00:04:00Z</TerminationTime></R>'
  expect(readTimes(parse(times))).toEqual({ currentMs: 60_000, leftMs: 180_000 })
  expect(readTimes(parse('<R><CurrentTime>?</CurrentTime></R>'))).toEqual({
    currentMs: null,
    leftMs: null,
  })
})

test('the clock of a camera, or null where it shows none', () => {
  const clock = (date: string) =>
    parse(
      `<R><SystemDateAndTime><UTCDateTime><Time><Hour>7</Hour><Minute>1</Minute><Second>2</Second></Time><Date>${date}</Date></UTCDateTime></SystemDateAndTime></R>`,
    )
  const date = '<Year>2026</Year><Month>11</Month><Day>22</Day>'
  expect(readSystemTime(clock(date))).toBe(Date.UTC(2026, 10, 22, 7, 1, 2))
  expect(readSystemTime(clock('<Year>0</Year><Month>0</Month><Day>0</Day>'))).toBeNull()
  expect(readSystemTime(parse('<R/>'))).toBeNull()
})
