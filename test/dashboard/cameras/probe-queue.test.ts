import { describe, expect, test } from 'vitest'
import type { ProbeAnswer } from '../../../dashboard/src/api/types.ts'
import {
  addressesIn,
  atOnce,
  createProbeQueue,
  type Login,
  type ProbeRow,
} from '../../../dashboard/src/cameras/probe-queue.ts'
import { anAnswer } from '../camera-views.ts'

const login: Login = { username: 'admin', password: 'one' }
const other: Login = { username: 'admin', password: 'two' }
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

function aQueue() {
  const asked: { address: string; login: Login; signal: AbortSignal }[] = []
  const waiting = new Map<
    string,
    { resolve: (a: ProbeAnswer) => void; reject: (e: Error) => void }
  >()
  let rows: readonly ProbeRow[] = []
  const queue = createProbeQueue({
    ask: (address, with_, signal) =>
      new Promise((resolve, reject) => {
        asked.push({ address, login: with_, signal })
        waiting.set(address, { resolve, reject })
      }),
    onRows: (next) => {
      rows = next
    },
  })
  return {
    queue,
    asked,
    stateOf: (address: string) => rows.find((row) => row.address === address)?.state,
    rows: () => rows,
    answer: async (address: string, part: Partial<ProbeAnswer> = {}) => {
      waiting.get(address)?.resolve(anAnswer({ address, ...part }))
      await turn()
    },
    fail: async (address: string) => {
      waiting.get(address)?.reject(new Error('away'))
      await turn()
    },
  }
}

const nine = Array.from({ length: 9 }, (_, n) => `10.0.0.${n}`)

describe('cameras are asked', () => {
  test('a few at a time, in the order they were typed', async () => {
    const { queue, asked, answer, stateOf } = aQueue()
    queue.add(nine, login)
    expect(asked.map(({ address }) => address)).toEqual(nine.slice(0, atOnce))
    expect(stateOf('10.0.0.8')).toBe('waiting')
    await answer('10.0.0.2')
    expect(asked.at(-1)?.address).toBe('10.0.0.4')
    expect(stateOf('10.0.0.2')).toBe('answered')
  })
  test('one that fails does not hold up the others', async () => {
    const { queue, asked, fail, stateOf } = aQueue()
    queue.add(nine, login)
    await fail('10.0.0.0')
    expect(stateOf('10.0.0.0')).toBe('failed')
    expect(asked).toHaveLength(atOnce + 1)
  })
  test('doubles once', () => {
    const { queue, asked } = aQueue()
    queue.add(['10.0.0.1', '10.0.0.1'], login)
    queue.add(['10.0.0.1'], login)
    expect(asked).toHaveLength(1)
  })
  test('those that answered are not asked again', async () => {
    const { queue, asked, answer } = aQueue()
    queue.add(['10.0.0.1'], login)
    await answer('10.0.0.1')
    queue.add(['10.0.0.1'], login)
    expect(asked).toHaveLength(1)
  })
})

describe('a wrong password', () => {
  test.each(['wrongPassword', 'locked'] as const)('%s is not tried again', async (problem) => {
    const { queue, asked, answer, stateOf } = aQueue()
    queue.add(['10.0.0.1'], login)
    await answer('10.0.0.1', { abilities: null, problem })
    queue.add(['10.0.0.1', '10.0.0.2'], { ...login })
    expect(stateOf('10.0.0.1')).toBe('failed')
    expect(asked.map(({ address }) => address)).toEqual(['10.0.0.1', '10.0.0.2'])
  })
  test('another one is', async () => {
    const { queue, asked, answer } = aQueue()
    queue.add(['10.0.0.1'], login)
    await answer('10.0.0.1', { abilities: null, problem: 'wrongPassword' })
    queue.add(['10.0.0.1'], other)
    expect(asked.at(-1)?.login).toEqual(other)
  })
  test('and the same one when somebody asks for it', async () => {
    const { queue, asked, answer } = aQueue()
    queue.add(['10.0.0.1'], login)
    queue.again('10.0.0.1', login)
    expect(asked).toHaveLength(1)
    await answer('10.0.0.1', { abilities: null, problem: 'wrongPassword' })
    queue.again('10.0.0.1', login)
    expect(asked).toHaveLength(2)
  })
  test('a camera that was away is asked again with the same', async () => {
    const { queue, asked, answer } = aQueue()
    queue.add(['10.0.0.1'], login)
    await answer('10.0.0.1', { abilities: null, problem: 'unreachable' })
    queue.add(['10.0.0.1'], login)
    expect(asked).toHaveLength(2)
  })
})

test('a row that was taken away does not come back with its answer', async () => {
  const { queue, rows, answer } = aQueue()
  queue.add(['10.0.0.1', '10.0.0.2'], login)
  queue.remove('10.0.0.1')
  await answer('10.0.0.1')
  expect(rows().map(({ address }) => address)).toEqual(['10.0.0.2'])
})

test('a closed dialog gives up what is under way and can begin anew', async () => {
  const { queue, asked, answer, stateOf } = aQueue()
  queue.add(nine, login)
  queue.stop()
  expect(asked.every(({ signal }) => signal.aborted)).toBe(true)
  await answer('10.0.0.0')
  expect(asked).toHaveLength(atOnce)
  queue.add(['10.0.0.0'], login)
  expect(asked.at(-1)?.signal.aborted).toBe(false)
  await answer('10.0.0.0')
  expect(stateOf('10.0.0.0')).toBe('answered')
})

describe('addresses as they are typed', () => {
  test.each([
    ['10.0.0.1\n10.0.0.2', ['10.0.0.1', '10.0.0.2']],
    ['  10.0.0.1 ,10.0.0.1； 10.0.0.3、', ['10.0.0.1', '10.0.0.3']],
    [
      'http://10.0.0.1:8080/onvif/device_service\r\n\r\n',
      ['http://10.0.0.1:8080/onvif/device_service'],
    ],
    ['', []],
  ])('%j', (text, addresses) => expect(addressesIn(text)).toEqual(addresses))
})
