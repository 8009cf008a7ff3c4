import type { Prefix } from './soap-names.ts'
import { element, qualified, withAttributes, type XmlElement } from './soap-write.ts'

/** A fault as ONVIF words it. Thrown by operations; the server turns it into an answer. */
export interface SoapFault {
  isSoapFault: true
  side: 'Sender' | 'Receiver'
  /** From the general to the particular: `ter:ActionNotSupported`. */
  subcodes: readonly `${Prefix}:${string}`[]
  reason: string
  detail?: XmlElement
  status: number
}

type FaultOptions = Partial<Pick<SoapFault, 'detail' | 'status' | 'side'>>

export function soapFault(
  subcodes: SoapFault['subcodes'],
  reason: string,
  { detail, status, side = 'Sender' }: FaultOptions = {},
): SoapFault {
  const byDefault = side === 'Receiver' ? 500 : 400
  return { isSoapFault: true, side, subcodes, reason, detail, status: status ?? byDefault }
}

export function isSoapFault(value: unknown): value is SoapFault {
  return typeof value === 'object' && value !== null && 'isSoapFault' in value
}

export const faults = {
  notAuthorized: (reason: string) => soapFault(['ter:NotAuthorized'], reason),
  notSupported: (what: string) =>
    soapFault(['ter:ActionNotSupported'], `${what} is not supported by this device`, {
      side: 'Receiver',
    }),
  invalid: (code: string, reason: string) =>
    soapFault(['ter:InvalidArgVal', `ter:${code}`], reason),
  wellFormed: (reason: string) => soapFault(['ter:WellFormed'], reason),
  broken: () =>
    soapFault(['ter:Action'], 'An internal error happened; the device could not do it', {
      side: 'Receiver',
    }),
  unknownPoint: (atMs: number) =>
    soapFault(['wsrfr:ResourceUnknownFault'], 'This subscription is unknown', {
      side: 'Receiver',
      detail: element(
        'wsrfr:ResourceUnknownFault',
        element('wsrfbf:Timestamp', new Date(atMs).toISOString()),
        element('wsrfbf:Description', 'This subscription is unknown'),
      ),
    }),
}

function codeOf(subcodes: SoapFault['subcodes']): XmlElement[] {
  const [first, ...rest] = subcodes
  if (first === undefined) return []
  const [prefix, text] = first.split(':') as [Prefix, string]
  return [element('s:Subcode', element('s:Value', [qualified(prefix, text)]), codeOf(rest))]
}

export function faultBody(fault: SoapFault): XmlElement {
  return element(
    's:Fault',
    element('s:Code', element('s:Value', [qualified('s', fault.side)]), codeOf(fault.subcodes)),
    element('s:Reason', withAttributes(element('s:Text', fault.reason), { 'xml:lang': 'en' })),
    fault.detail ? element('s:Detail', fault.detail) : undefined,
  )
}
