import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

/** Argon2id at 19 MiB, two passes: the first choice of OWASP's password storage cheat sheet. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost)
}

export async function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return verify(passwordHash, password)
}

/** Without the signs that look alike on paper: 0 O, 1 l I. */
const signs = 'abcdefghijkmnpqrstuvwxyz23456789'

function fourSigns(): string {
  return Array.from({ length: 4 }, () => signs[randomInt(signs.length)]).join('')
}

/** 80 bits, in groups that can be read out over a telephone. */
export function newPassword(): string {
  return Array.from({ length: 4 }, fourSigns).join('-')
}
