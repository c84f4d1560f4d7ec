/** Version of the package, for `build_info` and `--version`. A file of its own: who prints it loads nothing else. */
export const VERSION = '0.1.0';
