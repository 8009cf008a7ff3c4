import type { Element } from '@xmldom/xmldom'
import { CameraError } from '../../gateway/ports/cameras.ts'
import { allBelow, childAt, elementsOf, escapeXml, parseXml, textAt } from './xml.ts'

/** SOAP 1.2 as ONVIF wants it (Core, "Web Services frame work"): envelopes out, bodies and faults in. */

export const services = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  media2: 'http://www.onvif.org/ver20/media/wsdl',
  events: 'http://www.onvif.org/ver10/events/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
} as const

export type Service = keyof typeof services

const soapNamespace = 'http://www.w3.org/2003/05/soap-envelope'
export const addressing = 'http://www.w3.org/2005/08/addressing'

export interface SoapMessage {
  /** WS-Addressing action; also goes into the content type. */
  action: string
  /** Set for operations that are told apart by WS-Addressing headers. */
  to?: string | undefined
  messageId?: string
  /** Whole header elements, such as a security token or echoed reference parameters. */
  headers?: readonly string[]
  /** XML of the body, with its namespaces declared. */
  body: string
}

export function envelope({ action, to, messageId, headers = [], body }: SoapMessage): string {
  const routed =
    to === undefined
      ? ''
      : `<a:Action>${escapeXml(action)}</a:Action><a:MessageID>urn:uuid:${messageId ?? ''}</a:MessageID><a:ReplyTo><a:Address>${addressing}/anonymous</a:Address></a:ReplyTo><a:To>${escapeXml(to)}</a:To>`
  const head = routed + headers.join('')
  const header = head === '' ? '' : `<s:Header>${head}</s:Header>`
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${soapNamespace}" xmlns:a="${addressing}">${header}<s:Body>${body}</s:Body></s:Envelope>`
}

export function contentType(action: string): string {
  return `application/soap+xml; charset=utf-8; action="${action}"`
}

/** What a fault says, without prefixes; SOAP 1.1 faults of old cameras too. */
export interface SoapFault {
  /** `Sender`, `NotAuthorized` …, from the general to the particular, and names of the detail. */
  codes: string[]
  reason: string
}

const faultOf = Symbol('fault')

type FaultError = CameraError & { [faultOf]?: SoapFault }

/** What the camera's fault was; undefined: the error is none. */
export function soapFaultOf(error: unknown): SoapFault | undefined {
  return error instanceof CameraError ? (error as FaultError)[faultOf] : undefined
}

function local(name: string | undefined): string {
  return (name ?? '').trim().replace(/^.*:/, '')
}

function readFault(fault: Element): SoapFault {
  const values = allBelow(childAt(fault, 'Code'), 'Value').map((value) =>
    local(value.textContent ?? ''),
  )
  const old = textAt(fault, 'faultcode')
  const details = elementsOf(childAt(fault, 'Detail')).map(({ localName }) => localName ?? '')
  const reason = textAt(fault, 'Reason', 'Text') ?? textAt(fault, 'faultstring') ?? ''
  const codes = [...values, ...(old ? [local(old)] : []), ...details]
  return { codes: codes.filter((code) => code !== ''), reason: reason.slice(0, 200) }
}

const notAuthorized =
  /^(NotAuthorized|SenderNotAuthorized|OperationProhibited|FailedAuthentication|InvalidSecurity|Unauthorized)$/i
const notSupported =
  /^(ActionNotSupported|OptionalActionNotImplemented|NoSuchService|MethodNotFound|UnknownAction)$/i
const locked = /\block|too many|exceed/i

export function isNotAuthorized(fault: SoapFault): boolean {
  return (
    fault.codes.some((code) => notAuthorized.test(code)) ||
    /not authori[sz]ed|authority failure/i.test(fault.reason)
  )
}

export function isLockedOut(text: string): boolean {
  return locked.test(text)
}

/** The point is not there any more: after a restart, or it ran out. */
export function isGone(error: unknown): boolean {
  return soapFaultOf(error)?.codes.includes('ResourceUnknownFault') ?? false
}

export function faultError(fault: SoapFault): CameraError {
  const said = (fault.reason === '' ? fault.codes.join(', ') : fault.reason).replace(/[.\s]+$/, '')
  const error: FaultError = fault.codes.some((code) => notSupported.test(code))
    ? new CameraError('unsupported', `The camera cannot do this: ${said}.`)
    : new CameraError(
        'fault',
        `The camera answers with an error (${said}). If it stays so, restart the camera or look for newer firmware.`,
      )
  error[faultOf] = fault
  return error
}

/** The first element in the body. Throws CameraError for a fault and for what is no SOAP. */
export function readEnvelope(bytes: Uint8Array): { content: Element } | { fault: SoapFault } {
  let root: Element
  try {
    root = parseXml(bytes)
  } catch (error) {
    const text = `The camera's answer is no XML that can be read: ${(error as Error).message.slice(0, 120)}.`
    throw new CameraError('fault', text, { cause: error })
  }
  if (root.localName !== 'Envelope') {
    throw new CameraError('noOnvif', 'What answers there is a web page and no ONVIF service.')
  }
  const [content] = elementsOf(childAt(root, 'Body'))
  if (!content) throw new CameraError('fault', "The camera's answer is an empty envelope.")
  return content.localName === 'Fault' ? { fault: readFault(content) } : { content }
}
