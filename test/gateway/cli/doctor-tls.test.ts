import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { checkTls } from '../../../gateway/cli/doctor-tls.ts'
import { parseConfig } from '../../../gateway/config/config.ts'
import { initTls } from '../../../gateway/tls/tls-files.ts'
import { dataFolder } from '../tls/folder.ts'

const day = 86_400_000

describe('doctor on the certificate', () => {
  it('says that there is none, and that this is in the clear', async () => {
    const { dataDir } = await dataFolder()
    const { hasTls, finding } = await checkTls(parseConfig({ LIANXUN_DATA_DIR: dataDir }))
    expect(hasTls).toBe(false)
    expect(finding).toEqual({ ok: true, text: expect.stringContaining('lianxun tls init') })
  })

  it('asks for the proxy’s address where one must be in front', async () => {
    const { dataDir } = await dataFolder()
    const env = { LIANXUN_DATA_DIR: dataDir, LIANXUN_BASE_URL: 'https://lianxun.town' }
    const { finding } = await checkTls(parseConfig(env))
    expect(finding).toEqual({ ok: false, text: expect.stringContaining('LIANXUN_TRUSTED_PROXIES') })
    const listed = parseConfig({ ...env, LIANXUN_TRUSTED_PROXIES: '127.0.0.1' })
    expect((await checkTls(listed)).finding.ok).toBe(true)
  })

  it.each([
    [0, true, 'runs until'],
    [800, false, 'lianxun tls renew'],
    [826, false, 'ran out on'],
  ])('one that is %i days old: right is %s', async (age, ok, text) => {
    const { dataDir, files } = await dataFolder()
    await initTls(files, ['lianxun.town'], Date.now() - age * day)
    const { hasTls, finding } = await checkTls(parseConfig({ LIANXUN_DATA_DIR: dataDir }))
    expect(hasTls).toBe(true)
    expect(finding).toEqual({ ok, text: expect.stringContaining(text) })
  })

  it('names a file that cannot be used', async () => {
    const { dataDir, files } = await dataFolder()
    await initTls(files, [], Date.now())
    await writeFile(files.server.key, '')
    const { finding } = await checkTls(parseConfig({ LIANXUN_DATA_DIR: dataDir }))
    expect(finding).toEqual({ ok: false, text: expect.stringContaining(files.server.key) })
  })
})
