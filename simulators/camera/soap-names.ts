/** The namespaces of ONVIF with the prefixes that its documents use. Answers are composed with these. */
export const namespaces = {
  s: 'http://www.w3.org/2003/05/soap-envelope',
  wsa: 'http://www.w3.org/2005/08/addressing',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
  wstop: 'http://docs.oasis-open.org/wsn/t-1',
  wsrfr: 'http://docs.oasis-open.org/wsrf/r-2',
  wsrfbf: 'http://docs.oasis-open.org/wsrf/bf-2',
  wsse: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  wsu: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  tptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  timg: 'http://www.onvif.org/ver20/imaging/wsdl',
  ter: 'http://www.onvif.org/ver10/error',
  tns1: 'http://www.onvif.org/ver10/topics',
  tt: 'http://www.onvif.org/ver10/schema',
  axis: 'http://www.axis.com/2009/event',
  vendor: 'http://www.example.org/camera/topics',
  d: 'http://schemas.xmlsoap.org/ws/2005/04/discovery',
  wsa4: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  dn: 'http://www.onvif.org/ver10/network/wsdl',
} as const

export type Prefix = keyof typeof namespaces

export function isPrefix(text: string): text is Prefix {
  return Object.hasOwn(namespaces, text)
}
