import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

/* WebAssembly's relaxed SIMD, and with it the engine `wasm-fma`, is on by default from V8 11.4. The V8 of Node 20,
 * 11.3, has it behind a flag, which is read whenever a module is compiled. To be imported before anything that asks
 * what there is. */
const [major = 0, minor = 0] = process.versions.v8.split('.').map(Number);
if (major === 11 && minor === 3) setFlagsFromString('--experimental-wasm-relaxed-simd');
