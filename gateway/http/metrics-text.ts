import type { Sample } from './services.ts'

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function line({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels ?? {}).map(([key, text]) => `${key}="${escapeLabel(text)}"`)
  return `${name}${pairs.length ? `{${pairs.join(',')}}` : ''} ${value}`
}

/** Prometheus' text format 0.0.4: samples of one name stand together under its help and type. */
export function metricsText(samples: readonly Sample[]): string {
  return [...Map.groupBy(samples, (sample) => sample.name).values()]
    .map((group) => {
      const { name, kind, text } = group[0] as Sample
      return `# HELP ${name} ${text}\n# TYPE ${name} ${kind}\n${group.map(line).join('\n')}\n`
    })
    .join('')
}
