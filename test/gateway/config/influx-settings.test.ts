import { describe, expect, test } from 'vitest'
import { type Environment, parseConfig } from '../../../gateway/config/config.ts'
import { ConfigError } from '../../../gateway/domain/errors.ts'

function problemsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).problems
  }
}

const whole = {
  LIANXUN_INFLUX_URL: 'https://influx.town:8086/',
  LIANXUN_INFLUX_TOKEN: 'k3y==',
  LIANXUN_INFLUX_ORG: '大石镇',
  LIANXUN_INFLUX_BUCKET: 'lianxun/autogen',
}

describe('settings of an InfluxDB', () => {
  test('are taken as given, the address without its last slash', () => {
    expect(parseConfig(whole).influx).toEqual({
      url: 'https://influx.town:8086',
      token: 'k3y==',
      org: '大石镇',
      bucket: 'lianxun/autogen',
    })
  })

  test('without any the series stay in files', () => {
    expect(parseConfig({}).influx).toBeUndefined()
    const empty = Object.fromEntries(Object.keys(whole).map((name) => [name, ' ']))
    expect(parseConfig(empty).influx).toBeUndefined()
  })

  test('InfluxDB 1.8 and 3 may do without token and organisation', () => {
    const { LIANXUN_INFLUX_URL, LIANXUN_INFLUX_BUCKET } = whole
    const { influx } = parseConfig({ LIANXUN_INFLUX_URL, LIANXUN_INFLUX_BUCKET })
    expect(influx).toMatchObject({ token: undefined, org: undefined })
  })

  test.each<[string, Environment, string[]]>([
    ['no bucket', { ...whole, LIANXUN_INFLUX_BUCKET: '' }, ['LIANXUN_INFLUX_BUCKET must be set']],
    [
      'no address',
      { ...whole, LIANXUN_INFLUX_URL: undefined },
      ['LIANXUN_INFLUX_TOKEN, LIANXUN_INFLUX_ORG, LIANXUN_INFLUX_BUCKET mean nothing without'],
    ],
    [
      'an organisation without a token',
      { ...whole, LIANXUN_INFLUX_TOKEN: undefined },
      ['LIANXUN_INFLUX_TOKEN must be set when LIANXUN_INFLUX_ORG is'],
    ],
    [
      'a token of two words',
      { ...whole, LIANXUN_INFLUX_TOKEN: 'Token hunter2' },
      ['LIANXUN_INFLUX_TOKEN must be one word'],
    ],
    [
      'another protocol',
      { ...whole, LIANXUN_INFLUX_URL: 'udp://influx:8089' },
      ['LIANXUN_INFLUX_URL must look like http://host or https://host'],
    ],
    [
      'a password in the address',
      { ...whole, LIANXUN_INFLUX_URL: 'http://me:hunter2@influx:8086' },
      ['LIANXUN_INFLUX_URL must not hold a user or password'],
    ],
    [
      'a question in the address',
      { ...whole, LIANXUN_INFLUX_URL: 'http://influx:8086/write?db=hunter2' },
      ['LIANXUN_INFLUX_URL must be an address without ? and #'],
    ],
  ])('%s is refused, and no secret repeated', (_, env, texts) => {
    const problems = problemsOf(env)
    expect(problems).toEqual(texts.map((text) => expect.stringContaining(text)))
    expect(problems.join()).not.toContain('hunter2')
  })
})
