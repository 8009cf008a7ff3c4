import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { ownAddress } from '../../../gateway/http/own-address.ts'

const request = (protocol: string, host: string) => ({ protocol, host }) as FastifyRequest

describe('the address that phones reach the gateway at', () => {
  it('is the one that is set', () => {
    const transport = { baseUrl: 'https://town.example' }
    expect(ownAddress(request('http', '10.0.0.1:8080'), transport)).toBe('https://town.example')
  })

  it.each([
    ['http', '192.168.1.10:8080', 'http://192.168.1.10:8080'],
    ['https', 'town.example', 'https://town.example'],
    ['https', '[fd00::1]:8443', 'https://[fd00::1]:8443'],
  ])('else the one that was asked: %s %s', (protocol, host, expected) => {
    expect(ownAddress(request(protocol, host), { baseUrl: undefined })).toBe(expected)
  })

  it.each(['', 'a/b', 'a b', 'a@b', '"><script>', 'a:b', 'a:123456'])(
    'and never what is no host: %j',
    (host) => {
      expect(ownAddress(request('http', host), { baseUrl: undefined })).toBe('http://localhost')
    },
  )
})
