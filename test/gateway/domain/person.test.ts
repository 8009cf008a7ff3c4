import { describe, expect, it } from 'vitest'
import { isLastAdministrator, mayGrant, type Role, roles } from '../../../gateway/domain/person.ts'

const town = '990101101'
const villageA = '990101101201'
const villageB = '990101101202'
const grid = `${villageA}001`
const of = (role: Role, scope = town) => ({ role, scope })

describe('what somebody may hand on', () => {
  it.each(roles)('an administrator any role, such as %s, within the own places', (role) => {
    expect(mayGrant(of('townAdmin'), of(role, grid))).toBe(true)
    expect(mayGrant(of('townAdmin', villageA), of(role, villageA))).toBe(true)
    expect(mayGrant(of('townAdmin', villageA), of(role, town))).toBe(false)
    expect(mayGrant(of('townAdmin', villageA), of(role, villageB))).toBe(false)
  })

  const others = roles.filter((role) => role !== 'townAdmin')
  it.each(others)('a %s the own role or that of a viewer, and no other', (role) => {
    const may = roles.filter((given) => mayGrant(of(role), of(given, villageA)))
    expect(may).toEqual(roles.filter((given) => given === role || given === 'viewer'))
    expect(mayGrant(of(role, villageA), of(role, town))).toBe(false)
  })
})

describe('the last administrator', () => {
  it.each([
    ['alone', of('townAdmin'), [], true],
    ['beside another of the town', of('townAdmin'), [of('townAdmin')], false],
    ['beside one of a village only', of('townAdmin'), [of('townAdmin', villageA)], true],
    ['of a village, the town has one', of('townAdmin', villageA), [of('townAdmin')], false],
    ['of a village beside another’s', of('townAdmin', villageA), [of('townAdmin', villageB)], true],
    ['beside operators', of('townAdmin'), roles.slice(1).map((role) => of(role)), true],
    ['who is none', of('operator'), [], false],
  ])('%s', (_name, one, rest, last) => {
    expect(isLastAdministrator(one, rest)).toBe(last)
  })
})
