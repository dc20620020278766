/** Tests run on the compiled tree: what is tested is what starts. */
export default {
  rootDir: 'dist',
  testMatch: ['<rootDir>/**/*.test.js'],
  transform: {},
  testEnvironment: 'node',
  testTimeout: 30_000,
  maxWorkers: 2,
  testSequencer: '<rootDir>/../test/sequencer.mjs',
};
