import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

/** The table of README.md against the suites that there are. */

const root = path.join(import.meta.dirname, '../..')
const readme = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8')

interface Row {
  name: string
  shownBy: string
}

function rowsOf(heading: string): Row[] {
  const [, rest = ''] = readme.split(`\n## ${heading}\n`)
  const [section = ''] = rest.split('\n## ')
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => {
      const [, name = '', , shownBy = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
      return { name, shownBy }
    })
}

function fileOf(suite: string): string {
  return `${suite.includes('/') ? suite : `test/faults/${suite}`}.test.ts`
}

const inputs = rowsOf('Input and access')
const faults = rowsOf('Faults')
/** What the two tables do not speak of. */
const beyond = rowsOf('Beyond the tables')
const notYet = /^not yet: (.{15,})$/
const suites = [...inputs, ...faults, ...beyond]
  .filter(({ shownBy }) => !notYet.test(shownBy))
  .flatMap(({ name, shownBy }) =>
    shownBy.split('<br>').map((suite) => {
      const [file = '', title = ''] = suite.split(' › ')
      return { name, file: fileOf(file), title }
    }),
  )

describe('the rows of bad input and faults', () => {
  test('are all there', () => {
    expect([inputs.length, faults.length]).toEqual([24, 13])
    const names = [...inputs, ...faults].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  test.each(suites)('$name: $file › $title', ({ file, title }) => {
    expect(existsSync(path.join(root, file)), `${file} is not there`).toBe(true)
    expect(title).not.toBe('')
    const text = readFileSync(path.join(root, file), 'utf8')
    expect(text.includes(title), `${file} has no "${title}"`).toBe(true)
  })

  test('name every suite of this folder', () => {
    const named = new Set(suites.map(({ file }) => path.basename(file)))
    const present = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))
    const others = present.filter((name) => !named.has(name) && name !== 'rows.test.ts')
    expect(others).toEqual([])
  })
})
