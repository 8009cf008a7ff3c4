import './reflect.ts'
import { createPrivateKey, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { parseIp } from '../domain/network.ts'

/**
 * A certificate authority for one installation: ECDSA P-256, which every phone, browser and
 * Mosquitto of the last ten years knows. Its key signs the server's and the devices' certificates
 * and nothing below them (path length 0).
 */

export interface Issued {
  /** PEM. */
  cert: string
  key: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signing = { name: 'ECDSA', hash: 'SHA-256' }
const dayMs = 86_400_000
/** Ten years; 825 days, the most that Apple's devices take; two years. */
const days = { authority: 3650, server: 825, device: 730 } as const
/** X.520's bound of a common name. */
const maxNameLength = 64
/** A phone's clock may be a little behind. */
const slackMs = 3_600_000

const serverAuth = '1.3.6.1.5.5.7.3.1'
const clientAuth = '1.3.6.1.5.5.7.3.2'

async function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>
}

async function toPem(certificate: X509Certificate, keys: CryptoKeyPair): Promise<Issued> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`,
  }
}

function validity(now: number, kind: keyof typeof days) {
  const from = now - slackMs
  return { notBefore: new Date(from), notAfter: new Date(from + days[kind] * dayMs) }
}

export async function createAuthority(name: string, now: number): Promise<Issued> {
  const keys = await newKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name.slice(0, maxNameLength)] }, { O: ['Lianxun'] }],
    keys,
    signingAlgorithm: signing,
    ...validity(now, 'authority'),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return toPem(certificate, keys)
}

interface Order {
  commonName: string
  kind: 'server' | 'device'
  now: number
  more: Extension[]
}

async function issue(authority: Issued, { commonName, kind, now, more }: Order): Promise<Issued> {
  const issuer = new X509Certificate(authority.cert)
  const der = createPrivateKey(authority.key).export({ format: 'der', type: 'pkcs8' })
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  const keys = await newKeys()
  const { notBefore, notAfter } = validity(now, kind)
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [commonName] }],
    issuer: issuer.subjectName.toJSON(),
    publicKey: keys.publicKey,
    signingKey: signingKey as CryptoKey,
    signingAlgorithm: signing,
    notBefore,
    notAfter: notAfter < issuer.notAfter ? notAfter : issuer.notAfter,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([kind === 'server' ? serverAuth : clientAuth]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...more,
    ],
  })
  return toPem(certificate, keys)
}

/** `hosts`: names and addresses that people and devices type. */
export function issueServer(
  authority: Issued,
  hosts: readonly string[],
  now: number,
): Promise<Issued> {
  const names = hosts.map((host): JsonGeneralName => {
    return { type: parseIp(host) ? 'ip' : 'dns', value: host }
  })
  const more = [new SubjectAlternativeNameExtension(names)]
  const commonName = hosts.find((host) => host.length <= maxNameLength) ?? 'localhost'
  return issue(authority, { commonName, kind: 'server', now, more })
}

export function issueDevice(authority: Issued, device: string, now: number): Promise<Issued> {
  return issue(authority, { commonName: device, kind: 'device', now, more: [] })
}
