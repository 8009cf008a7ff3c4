import { z } from 'zod'

export const time = z.number().int()
