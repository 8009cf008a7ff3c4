/** What a time in InfluxDB line protocol counts. */
export const precisions = ['ns', 'us', 'ms', 's'] as const

export type Precision = (typeof precisions)[number]
