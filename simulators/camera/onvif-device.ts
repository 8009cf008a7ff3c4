import {
  type CameraIdentity,
  type Exchange,
  type Operations,
  servicePaths,
} from './onvif-service.ts'
import { faults } from './soap-fault.ts'
import { namespaces, type Prefix } from './soap-names.ts'
import { textAt } from './soap-read.ts'
import { element, withAttributes, type XmlElement } from './soap-write.ts'

/** The device management service, as far as clients ask for it before they do anything else. */
export interface DeviceServiceOptions {
  identity: CameraIdentity
  cameraNow: () => number
  username: () => string
  hasPtz: boolean
  /** Uncalibrated cameras do not know where they stand. */
  knowsPlace: boolean
  reboot: () => void
}

const versions = { major: 21, minor: 12 }
const timeZone = 'CST-8'
const zoneMs = 8 * 3_600_000

/** Operations that may be called without login (ONVIF Core, access class PRE_AUTH). */
export const openOperations: ReadonlySet<string> = new Set([
  'tds:GetSystemDateAndTime',
  'tds:GetServices',
  'tds:GetServiceCapabilities',
  'tds:GetCapabilities',
  'tds:GetHostname',
  'tds:GetWsdlUrl',
  'tds:GetEndpointReference',
])

function scope(path: string): string {
  return `onvif://www.onvif.org/${path}`
}

export function scopesOf({ name, hardware }: CameraIdentity, hasPtz: boolean): string[] {
  return [
    scope('type/video_encoder'),
    scope('type/Network_Video_Transmitter'),
    ...(hasPtz ? [scope('type/ptz')] : []),
    scope('Profile/Streaming'),
    scope(`hardware/${encodeURIComponent(hardware)}`),
    scope(`name/${encodeURIComponent(name)}`),
  ]
}

function dateAndTime(name: string, ms: number): XmlElement {
  const at = new Date(ms)
  return element(
    name,
    element(
      'tt:Time',
      element('tt:Hour', at.getUTCHours()),
      element('tt:Minute', at.getUTCMinutes()),
      element('tt:Second', at.getUTCSeconds()),
    ),
    element(
      'tt:Date',
      element('tt:Year', at.getUTCFullYear()),
      element('tt:Month', at.getUTCMonth() + 1),
      element('tt:Day', at.getUTCDate()),
    ),
  )
}

function systemTime(ms: number): XmlElement {
  return element(
    'tds:GetSystemDateAndTimeResponse',
    element(
      'tds:SystemDateAndTime',
      element('tt:DateTimeType', 'NTP'),
      element('tt:DaylightSavings', false),
      element('tt:TimeZone', element('tt:TZ', timeZone)),
      dateAndTime('tt:UTCDateTime', ms),
      dateAndTime('tt:LocalDateTime', ms + zoneMs),
    ),
  )
}

const servicePrefixes: [Prefix, keyof typeof servicePaths][] = [
  ['tds', 'device'],
  ['trt', 'media'],
  ['tev', 'events'],
  ['timg', 'imaging'],
  ['tptz', 'ptz'],
]

function services(base: string, hasPtz: boolean): XmlElement {
  const list = servicePrefixes
    .filter(([, name]) => hasPtz || name !== 'ptz')
    .map(([prefix, name]) =>
      element(
        'tds:Service',
        element('tds:Namespace', namespaces[prefix]),
        element('tds:XAddr', base + servicePaths[name]),
        element(
          'tds:Version',
          element('tt:Major', versions.major),
          element('tt:Minor', versions.minor),
        ),
      ),
    )
  return element('tds:GetServicesResponse', list)
}

function systemCapabilities(): XmlElement {
  const no = ['DiscoveryResolve', 'DiscoveryBye', 'RemoteDiscovery', 'SystemBackup'].map((name) =>
    element(`tt:${name}`, false),
  )
  const version = element(
    'tt:SupportedVersions',
    element('tt:Major', versions.major),
    element('tt:Minor', versions.minor),
  )
  return element(
    'tt:System',
    no,
    element('tt:SystemLogging', false),
    element('tt:FirmwareUpgrade', false),
    version,
  )
}

function capabilities(base: string, hasPtz: boolean): XmlElement {
  const address = (name: keyof typeof servicePaths) =>
    element('tt:XAddr', base + servicePaths[name])
  return element(
    'tds:GetCapabilitiesResponse',
    element(
      'tds:Capabilities',
      element('tt:Device', address('device'), systemCapabilities()),
      element(
        'tt:Events',
        address('events'),
        element('tt:WSSubscriptionPolicySupport', false),
        element('tt:WSPullPointSupport', true),
        element('tt:WSPausableSubscriptionManagerInterfaceSupport', false),
      ),
      element('tt:Imaging', address('imaging')),
      element(
        'tt:Media',
        address('media'),
        element(
          'tt:StreamingCapabilities',
          element('tt:RTPMulticast', false),
          element('tt:RTP_TCP', true),
          element('tt:RTP_RTSP_TCP', true),
        ),
      ),
      hasPtz ? element('tt:PTZ', address('ptz')) : undefined,
    ),
  )
}

function serviceCapabilities(): XmlElement {
  return element(
    'tds:GetServiceCapabilitiesResponse',
    element(
      'tds:Capabilities',
      withAttributes(element('tds:Network'), { IPFilter: false, NTP: 1 }),
      withAttributes(element('tds:Security'), { UsernameToken: true, HttpDigest: true }),
      element('tds:System'),
    ),
  )
}

function networkInterfaces(host: string): XmlElement {
  const manual = element('tt:Manual', element('tt:Address', host), element('tt:PrefixLength', 24))
  const details = element(
    'tds:NetworkInterfaces',
    element('tt:Enabled', true),
    element(
      'tt:Info',
      element('tt:Name', 'eth0'),
      element('tt:HwAddress', '02:00:00:00:00:01'),
      element('tt:MTU', 1500),
    ),
    element(
      'tt:IPv4',
      element('tt:Enabled', true),
      element('tt:Config', manual, element('tt:DHCP', false)),
    ),
  )
  return element('tds:GetNetworkInterfacesResponse', withAttributes(details, { token: 'eth0' }))
}

function geoLocation({ place }: CameraIdentity): XmlElement {
  if (!place) throw faults.notSupported('GetGeoLocation')
  const { lon, lat, headingDeg } = place
  const entity = element(
    'tds:Location',
    withAttributes(element('tt:GeoLocation'), { lon, lat, elevation: 0 }),
    withAttributes(element('tt:GeoOrientation'), { roll: 0, pitch: 0, yaw: headingDeg }),
  )
  return element(
    'tds:GetGeoLocationResponse',
    withAttributes(entity, { Entity: 'VideoSource', Token: 'VideoSource_1', Fixed: true }),
  )
}

function information(identity: CameraIdentity): XmlElement {
  return element(
    'tds:GetDeviceInformationResponse',
    element('tds:Manufacturer', identity.manufacturer),
    element('tds:Model', identity.model),
    element('tds:FirmwareVersion', identity.firmware),
    element('tds:SerialNumber', identity.serial),
    element('tds:HardwareId', identity.hardware),
  )
}

function hostOf({ base }: Exchange): string {
  return new URL(base).hostname
}

function manual(name: string, address: string): XmlElement {
  return element(
    `tds:${name}`,
    element('tt:FromDHCP', false),
    element(
      `tt:${name === 'DNSInformation' ? 'DNSManual' : 'NTPManual'}`,
      element('tt:Type', 'IPv4'),
      element('tt:IPv4Address', address),
    ),
  )
}

/** What onvif-util and its like ask for although it is of no use here. */
function networkDetails(): Operations {
  return {
    'tds:GetNetworkInterfaces': (exchange) => networkInterfaces(hostOf(exchange)),
    'tds:GetNetworkDefaultGateway': (exchange) =>
      element(
        'tds:GetNetworkDefaultGatewayResponse',
        element('tds:NetworkGateway', element('tt:IPv4Address', hostOf(exchange))),
      ),
    'tds:GetDNS': (exchange) =>
      element('tds:GetDNSResponse', manual('DNSInformation', hostOf(exchange))),
    'tds:GetNTP': (exchange) =>
      element('tds:GetNTPResponse', manual('NTPInformation', hostOf(exchange))),
    'tds:GetNetworkProtocols': ({ base }) =>
      element(
        'tds:GetNetworkProtocolsResponse',
        element(
          'tds:NetworkProtocols',
          element('tt:Name', 'HTTP'),
          element('tt:Enabled', true),
          element('tt:Port', new URL(base).port),
        ),
      ),
  }
}

export function deviceOperations(options: DeviceServiceOptions): Operations {
  const { identity, cameraNow, hasPtz } = options
  return {
    ...networkDetails(),
    'tds:GetSystemDateAndTime': () => systemTime(cameraNow()),
    'tds:GetDeviceInformation': () => information(identity),
    'tds:GetServices': ({ base }) => services(base, hasPtz),
    'tds:GetServiceCapabilities': serviceCapabilities,
    'tds:GetCapabilities': ({ base }) => capabilities(base, hasPtz),
    'tds:GetScopes': () =>
      element(
        'tds:GetScopesResponse',
        scopesOf(identity, hasPtz).map((scope) =>
          element('tds:Scopes', element('tt:ScopeDef', 'Fixed'), element('tt:ScopeItem', scope)),
        ),
      ),
    'tds:GetHostname': () =>
      element(
        'tds:GetHostnameResponse',
        element(
          'tds:HostnameInformation',
          element('tt:FromDHCP', false),
          element('tt:Name', identity.serial.toLowerCase()),
        ),
      ),
    'tds:GetUsers': () =>
      element(
        'tds:GetUsersResponse',
        element(
          'tds:User',
          element('tt:Username', options.username()),
          element('tt:UserLevel', 'Administrator'),
        ),
      ),
    'tds:GetEndpointReference': () =>
      element('tds:GetEndpointReferenceResponse', element('tds:GUID', identity.uuid)),
    'tds:GetWsdlUrl': () =>
      element(
        'tds:GetWsdlUrlResponse',
        element('tds:WsdlUrl', 'http://www.onvif.org/Documents/Specifications.aspx'),
      ),
    'tds:GetGeoLocation': () => {
      if (!options.knowsPlace) throw faults.notSupported('GetGeoLocation')
      return geoLocation(identity)
    },
    'tds:SystemReboot': () => {
      options.reboot()
      return element('tds:SystemRebootResponse', element('tds:Message', 'Rebooting'))
    },
    'tds:GetSystemUris': () => {
      throw faults.notSupported('GetSystemUris')
    },
    'tds:GetSystemLog': ({ request }) => {
      throw faults.notSupported(`GetSystemLog ${textAt(request.operation, 'tds:LogType') ?? ''}`)
    },
  }
}
