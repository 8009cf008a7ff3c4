import type { Secrets } from '../secrets.ts'

/** Who walks in the sample town, with the passwords that were made at import. */

export interface Login {
  username: string
  password: string
}

export function person(secrets: Secrets, username: string): Login {
  const password = secrets.users.get(username)
  if (password === undefined) throw new Error(`the secrets have no user ${username}`)
  return { username, password }
}

/** May see what is written onto tags. */
export const administratorOf = (secrets: Secrets) => person(secrets, 'admin01')

export function patrollersOf(secrets: Secrets, most: number): Login[] {
  return [...secrets.users.keys()]
    .filter((name) => name.startsWith('patrol'))
    .toSorted()
    .slice(0, most)
    .map((name) => person(secrets, name))
}
