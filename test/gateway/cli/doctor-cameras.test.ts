import { expect, test } from 'vitest'
import { checkFfmpeg } from '../../../gateway/cli/doctor-cameras.ts'

test('says which ffmpeg there is', async () => {
  const { ok, text } = await checkFfmpeg(true)
  expect(ok).toBe(true)
  expect(text).toMatch(/^ffmpeg \S+ is there/)
})

test('without it a town with cameras is told what to do, one without is well', async () => {
  const missing = '/nowhere/ffmpeg'
  expect(await checkFfmpeg(true, missing)).toMatchObject({
    ok: false,
    text: expect.stringContaining('apt install ffmpeg'),
  })
  expect((await checkFfmpeg(false, missing)).ok).toBe(true)
})
