import { expect, it } from 'vitest'
import { createGather } from '../../../gateway/pipeline/gather.ts'

/** One by one they come, and together they go. */

function walker(gather: ReturnType<typeof createGather>, gone: string[]) {
  return (name: string) => {
    const way = Promise.withResolvers<void>()
    const all = (async () => {
      await gather.underWay(() => way.promise)
      await gather.together()
      gone.push(name)
    })()
    return { arrive: way.resolve, fail: () => way.reject(new Error('lost')), all }
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

it('who is alone waits for nobody', async () => {
  const gone: string[] = []
  const one = walker(createGather(16), gone)('a')
  one.arrive()
  await one.all
  expect(gone).toEqual(['a'])
})

it('who comes first waits for those under way', async () => {
  const gone: string[] = []
  const start = walker(createGather(16), gone)
  const [a, b, c] = [start('a'), start('b'), start('c')]
  a.arrive()
  b.arrive()
  await turn()
  expect(gone).toEqual([])
  c.arrive()
  await Promise.all([a.all, b.all, c.all])
  expect(gone.toSorted()).toEqual(['a', 'b', 'c'])
})

it('one that never arrives holds up nobody', async () => {
  const gone: string[] = []
  const start = walker(createGather(16), gone)
  const [a, b] = [start('a'), start('b')]
  a.arrive()
  await turn()
  b.fail()
  await expect(b.all).rejects.toThrow('lost')
  await a.all
  expect(gone).toEqual(['a'])
})

it('enough of them wait for no more', async () => {
  const gone: string[] = []
  const start = walker(createGather(2), gone)
  const slow = start('slow')
  const [a, b] = [start('a'), start('b')]
  a.arrive()
  b.arrive()
  await Promise.all([a.all, b.all])
  expect(gone).toHaveLength(2)
  slow.arrive()
  await slow.all
})
