import { missing } from '../../src/tensorflow/binding.ts';
import type { Needed } from '../servers/program.ts';

/** TensorFlow's native library with its addon. */
export const needed: Needed = {
  missing: () => {
    const why = missing();
    return why === undefined ? undefined : `${why}; npm run setup:tensorflow`;
  },
};
