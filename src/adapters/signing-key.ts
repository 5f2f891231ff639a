/**
 * A signing key in a file: ECDSA P-256 as PKCS#8, encrypted with a passphrase. Node's own export derives the key
 * with 2,048 rounds of PBKDF2, which is little against a stolen file; scrypt (RFC 7914 section 7) is as much a part
 * of PKCS#8, and OpenSSL and Node read it.
 */
import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scryptSync,
  sign,
} from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { checkSignable, otherKind, readPublicKey, type Signer, SigningError } from '../evidence/signer.ts';

export const SHORTEST_PASSPHRASE = 8;

/** OWASP's parameters for 16 MiB: the most that OpenSSL takes when it reads a key is 32. */
const SCRYPT = { N: 2 ** 14, r: 8, p: 5 };

/** Writes a new key to `file` and its public half to `file.pub`, over nothing. Gives the fingerprint. */
export function createLocalKey(file: string, { passphrase }: { passphrase: string }): string {
  if ([...passphrase].length < SHORTEST_PASSPHRASE)
    throw new SigningError(
      `The passphrase has fewer than ${SHORTEST_PASSPHRASE} characters: a stolen key file would be open. Choose a longer one.`,
    );
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  // The public half first: what a kill between the two leaves is of no use to anybody and no danger.
  writeNew(`${file}.pub`, { content: pem, mode: 0o644 });
  try {
    writeNew(file, { content: encryptedPem(privateKey, passphrase), mode: 0o600 });
  } catch (error) {
    rmSync(`${file}.pub`, { force: true });
    throw error;
  }
  return publicHalf(publicKey).fingerprint;
}

/** Opens a key file. Throws SigningError where it is none, is of another kind or the passphrase is wrong. */
export function localSigner(file: string, { passphrase }: { passphrase: string }): Signer {
  const key = privateKeyIn(file, passphrase);
  const { pem, fingerprint } = publicHalf(createPublicKey(key));
  return {
    keyId: fingerprint,
    kind: 'local',
    algorithm: 'ECDSA_SHA_256',
    publicKeyPem: pem,
    // The path stays out of what is signed and passed on: it says how a machine is set up and who uses it.
    reference: basename(file),
    async sign(bytes) {
      checkSignable(bytes);
      return sign('sha256', bytes, { key, dsaEncoding: 'der' });
    },
  };
}

/** The passphrase in a file: its first line. */
export function readPassphraseFile(file: string): string {
  return textOf(file).split(/\r?\n/)[0]!;
}

/** The text of a public key file, checked. */
export function readPublicKeyFile(file: string): { pem: string; fingerprint: string } {
  const pem = textOf(file);
  const key = readPublicKey(pem);
  if (!('problem' in key)) return { pem, fingerprint: key.fingerprint };
  throw new SigningError(
    `${file} ${key.problem}: give the public key, such as the .pub file of "ascribe keys create".`,
  );
}

function privateKeyIn(file: string, passphrase: string): KeyObject {
  const pem = textOf(file);
  if (/-----BEGIN (?!ENCRYPTED )([A-Z]+ )?PRIVATE KEY-----/.test(pem) && !/^Proc-Type:.*ENCRYPTED/m.test(pem))
    throw new SigningError(
      `${file} holds a private key that is not encrypted: encrypt it with "openssl pkcs8 -topk8 -scrypt -in ${file} -out NEW", or make one with "ascribe keys create".`,
    );
  if (!/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/.test(pem))
    throw new SigningError(
      `${file} holds no private key: give the key file, not the .pub beside it, or make one with "ascribe keys create".`,
    );
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', passphrase });
  } catch (cause) {
    throw new SigningError(
      `${file} cannot be opened: the passphrase is wrong, or the file is damaged. Try again, or take a copy of the file.`,
      { cause },
    );
  }
  const kind = otherKind(key);
  if (kind === null) return key;
  throw new SigningError(
    `${file} holds a key of another kind (${kind}), and Ascribe signs with ECDSA P-256: make one with "ascribe keys create".`,
  );
}

function publicHalf(key: KeyObject): { pem: string; fingerprint: string } {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString();
  const read = readPublicKey(pem);
  if ('problem' in read) throw new Error(`A public key made here ${read.problem}`);
  return { pem, fingerprint: read.fingerprint };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'does not exist: check the path',
      ENOTDIR: 'does not exist: check the path',
      EACCES: 'may not be read by this user: change its rights or the user',
      EISDIR: 'is a folder: give the file in it',
    };
    throw new SigningError(`${file} ${reasons[code ?? ''] ?? `cannot be read (${code})`}.`, { cause });
  }
}

function writeNew(file: string, { content, mode }: { content: string; mode: number }): void {
  let handle: number;
  try {
    handle = openSync(file, 'wx', mode);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new SigningError(
        `${file} is there already, and no key is ever overwritten: give another name with --out.`,
        { cause },
      );
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new SigningError(`${file} cannot be written: its folder does not exist. Make it first.`, {
        cause,
      });
    throw cause;
  }
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** EncryptedPrivateKeyInfo (RFC 5958) with PBES2 (RFC 8018): scrypt and AES-256-CBC. */
function encryptedPem(key: KeyObject, passphrase: string): string {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const derived = scryptSync(passphrase, salt, 32, SCRYPT);
  const cipher = createCipheriv('aes-256-cbc', derived, iv);
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
  const derivation = sequence(
    der(OID, SCRYPT_OID),
    sequence(der(OCTETS, salt), integer(SCRYPT.N), integer(SCRYPT.r), integer(SCRYPT.p), integer(32)),
  );
  const scheme = sequence(der(OID, AES_256_CBC_OID), der(OCTETS, iv));
  const algorithm = sequence(der(OID, PBES2_OID), sequence(derivation, scheme));
  const base64 = sequence(algorithm, der(OCTETS, encrypted)).toString('base64');
  const lines = base64.match(/.{1,64}/g)!.join('\n');
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

const OID = 0x06;
const OCTETS = 0x04;
/** 1.2.840.113549.1.5.13, 1.3.6.1.4.1.11591.4.11 and 2.16.840.1.101.3.4.1.42, as DER writes them. */
const PBES2_OID = Buffer.from('2a864886f70d01050d', 'hex');
const SCRYPT_OID = Buffer.from('2b06010401da47040b', 'hex');
const AES_256_CBC_OID = Buffer.from('60864801650304012a', 'hex');

const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, Buffer.concat(parts));

function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  // A first bit that is set would make it negative.
  return der(0x02, bytes[0]! > 127 ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes);
}

function der(tag: number, content: Uint8Array): Buffer {
  const { byteLength: size } = content;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Uint8Array.of(tag, ...length), content]);
}
