/**
 * The signature of a bag: a DSSE envelope over an in-toto statement over `tagmanifest-sha256.txt`, which covers
 * the whole bag. It lies in `signatures/`, which no manifest lists, with the public key beside it.
 */
import type { Store } from '../lake/store.ts';
import { insideOf } from './bag.ts';
import { exactText, signatures, tagManifest } from './bag-manifest.ts';
import { openEnvelope, signEnvelope, verifyEnvelope } from './dsse.ts';
import { type PublicKey, readPublicKey, type Signer, SigningError } from './signer.ts';
import {
  type PackageClaim,
  type PackagePredicate,
  packageStatement,
  readPackageStatement,
  STATEMENT_PAYLOAD,
} from './statement.ts';
import { verifyBag, verifyTagFiles } from './verify-bag.ts';

export const ENVELOPE = `${signatures}dsse.json`;
export const PUBLIC_KEY = `${signatures}public-key.pem`;

export type BagSigning = {
  signer: Signer;
  claim: PackageClaim;
  /** RFC 3339, UTC. */
  signedAt: string;
  /** `everything` reads the payload again and checks it too; without it the tag files alone are checked. */
  check?: 'tag-files' | 'everything';
};

/**
 * Signs a finished bag, or finds it signed with this key. What is signed is the tag manifest as the store gives
 * it back. The envelope comes last: a bag that has one is a signed one. Throws SigningError.
 */
export async function signBag(
  store: Store,
  prefix: string,
  { signer, claim, signedAt, check = 'tag-files' }: BagSigning,
): Promise<'signed' | 'already-signed'> {
  const inBag = insideOf(prefix);
  const verdict = await (check === 'everything' ? verifyBag : verifyTagFiles)(store, prefix);
  if (!verdict.ok)
    throw new SigningError(
      `${store.locate(inBag(verdict.file))} ${verdict.problem}: only a bag that is as it was packed is signed. Make it anew.`,
    );
  const { tagManifestSha256 } = verdict;

  const pem = Buffer.from(signer.publicKeyPem);
  if ((await store.create(inBag(PUBLIC_KEY), pem)) === 'exists') {
    const other = await store.read(inBag(PUBLIC_KEY));
    if (other === null || !pem.equals(other))
      throw new SigningError(
        `${store.locate(inBag(PUBLIC_KEY))} is another key than ${signer.reference}: a bag is signed once. Remove ${signatures} from it, or sign with that key.`,
      );
  }
  const subject = { name: tagManifest('sha256'), sha256: tagManifestSha256 };
  const statement = packageStatement(claim, { signer, signedAt, subject });
  const envelope = await signEnvelope(statement, { payloadType: STATEMENT_PAYLOAD, signer });
  if ((await store.create(inBag(ENVELOPE), envelope)) === 'created') return 'signed';
  const there = await verifyBagSignature(store, prefix, { tagManifestSha256, keyPem: signer.publicKeyPem });
  if (there.state === 'signed') return 'already-signed';
  throw new SigningError(
    `${store.locate(inBag(ENVELOPE))} is there already and is no signature of ${signer.reference} over this bag: remove ${signatures} from it and sign again.`,
  );
}

export type SignatureVerdict =
  | { state: 'unsigned' }
  | {
      state: 'signed';
      /** The key was named by who asked, and did not only lie in the bag. */
      isAuthenticated: boolean;
      fingerprint: string;
      predicate: PackagePredicate;
    }
  | { state: 'wrong'; file: string; problem: string };

export type KnownSigner = {
  /** Public key or fingerprint as they came by another way than the bag. */
  keyPem?: string | undefined;
  fingerprint?: string | undefined;
};

/**
 * Checks the signature of a bag whose files were checked (`verifyBag` gives `tagManifestSha256`). Without a key or
 * fingerprint the bag's own key is taken, which shows that all of it belongs together and not who signed.
 */
export async function verifyBagSignature(
  store: Store,
  prefix: string,
  { tagManifestSha256, keyPem, fingerprint }: KnownSigner & { tagManifestSha256: string },
): Promise<SignatureVerdict> {
  const inBag = insideOf(prefix);
  const listed = new Set((await store.list(inBag(signatures))).map(({ key }) => key));
  const hasKey = listed.has(inBag(PUBLIC_KEY));
  if (!listed.has(inBag(ENVELOPE)))
    return hasKey ? wrong(ENVELOPE, 'is missing though the key is there') : { state: 'unsigned' };
  const bytes = await plainFile(store, inBag(ENVELOPE));
  if (bytes === null) return wrong(ENVELOPE, 'cannot be read as a plain file');
  const envelope = openEnvelope(bytes);
  if ('problem' in envelope) return wrong(ENVELOPE, `${envelope.problem}: it is no signature`);

  const enclosed = hasKey ? await enclosedKey(store, inBag(PUBLIC_KEY)) : null;
  if (enclosed !== null && 'problem' in enclosed) return wrong(PUBLIC_KEY, enclosed.problem);
  if (fingerprint !== undefined && keyPem === undefined && enclosed !== null) {
    if (enclosed.fingerprint !== fingerprint) return otherKey(enclosed.fingerprint, fingerprint);
  }
  const pem = keyPem ?? enclosed?.pem;
  if (pem === undefined) return wrong(PUBLIC_KEY, 'is missing: give the public key of the signer');
  const verdict = verifyEnvelope(bytes, pem);
  if (!verdict.ok) {
    const given = readPublicKey(pem);
    if ('problem' in given) return wrong(ENVELOPE, verdict.problem);
    // Of another key, or of none: the enclosed one tells, where there is one.
    const isOfEnclosed = enclosed !== null && verifyEnvelope(bytes, enclosed.pem).ok;
    if (isOfEnclosed) return otherKey(enclosed.fingerprint, given.fingerprint);
    return wrong(
      ENVELOPE,
      `${verdict.problem} (key ${given.fingerprint}): the signature or what it signs was changed, or another key signed`,
    );
  }
  if (fingerprint !== undefined && verdict.fingerprint !== fingerprint)
    return otherKey(verdict.fingerprint, fingerprint);
  if (enclosed !== null && enclosed.fingerprint !== verdict.fingerprint)
    return wrong(PUBLIC_KEY, `is not the key that signed, which is ${verdict.fingerprint}`);

  const statement = readPackageStatement(verdict);
  if ('problem' in statement) return wrong(ENVELOPE, statement.problem);
  if (statement.predicate.key.fingerprint !== verdict.fingerprint)
    return wrong(ENVELOPE, `states another key than the one that signed, ${verdict.fingerprint}`);
  const subject = statement.subjects.find(({ name }) => name === tagManifest('sha256'));
  if (subject === undefined) return wrong(ENVELOPE, `does not sign ${tagManifest('sha256')}`);
  if (subject.sha256 !== tagManifestSha256)
    return wrong(
      ENVELOPE,
      `is the signature of another package, or this one was packed anew after it was signed: it is over ${tagManifest('sha256')} with SHA-256 ${subject.sha256}, and the one here has ${tagManifestSha256}`,
    );
  return {
    state: 'signed',
    isAuthenticated: keyPem !== undefined || fingerprint !== undefined,
    fingerprint: verdict.fingerprint,
    predicate: statement.predicate,
  };
}

async function enclosedKey(
  store: Store,
  key: string,
): Promise<(PublicKey & { pem: string }) | { problem: string }> {
  const bytes = await plainFile(store, key);
  const pem = bytes === null ? null : exactText(bytes);
  if (pem === null) return { problem: 'cannot be read as a plain text file' };
  const read = readPublicKey(pem);
  return 'problem' in read ? read : { ...read, pem };
}

/** To an examiner a file that cannot be read, such as a symbolic link, is a fault of the bag and no error. */
async function plainFile(store: Store, key: string): Promise<Uint8Array | null> {
  try {
    return await store.read(key);
  } catch {
    return null;
  }
}

function otherKey(signedBy: string, expected: string): SignatureVerdict {
  return wrong(ENVELOPE, `was signed by another key, ${signedBy}, than the one you gave, ${expected}`);
}

function wrong(file: string, problem: string): SignatureVerdict {
  return { state: 'wrong', file, problem };
}
