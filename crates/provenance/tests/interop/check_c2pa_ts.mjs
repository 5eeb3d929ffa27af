// Checks a signed clip with an implementation of C2PA that shares no code with Kinora's: npm @trustnxt/c2pa-ts.
//
// Run by hand, never by `cargo test`; node_modules is not committed:
//
//     KINORA_SAMPLES=/tmp/samples cargo test --release -p kinora-provenance -- --ignored samples
//     cp -r crates/provenance/tests/interop /tmp/interop && cd /tmp/interop && npm install
//     node check_c2pa_ts.mjs /tmp/samples/signed.mp4
//
// Exits with 0 only if the manifest is valid and says that a model made the clip. It checks signature and hashes, not
// whether the signer is known.

import * as fs from 'node:fs/promises';
import { BMFF } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore, ValidationResult } from '@trustnxt/c2pa-ts/manifest';

const GENERATED = ['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia'];

const path = process.argv[2];
if (!path) {
    console.error('usage: node check_c2pa_ts.mjs <clip.mp4>');
    process.exit(2);
}
// Its list of brands knows still pictures only; the format is the same.
for (const brand of ['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'qt  ']) BMFF.canReadBrands.add(brand);

console.log(`@trustnxt/c2pa-ts: ${path}`);
let result;
let types = [];
try {
    const bytes = await fs.readFile(path);
    if (!BMFF.canRead(bytes)) throw new Error('no MP4 or MOV file');
    const asset = new BMFF(bytes);
    const jumbf = asset.getManifestJUMBF();
    if (!jumbf) throw new Error('no manifest');
    const store = ManifestStore.read(SuperBox.fromBuffer(jumbf));
    result = await store.validate(asset);
    types = store
        .getActiveManifest()
        .assertions.assertions.flatMap(assertion => assertion.actions ?? [])
        .map(action => action.digitalSourceType)
        .filter(type => type);
} catch (error) {
    console.log(`error: ${error.message}`);
    result = ValidationResult.fromError(error);
}
const failures = result.statusEntries.filter(entry => !entry.success).map(entry => entry.code);
console.log(`valid: ${result.isValid ? 'yes' : 'no'}`);
console.log(`failures: ${failures.join(', ') || 'none'}`);
console.log(`digitalSourceType: ${types.join(', ') || 'none'}`);
process.exit(result.isValid && types.some(type => GENERATED.includes(type.split('/').pop())) ? 0 : 1);
