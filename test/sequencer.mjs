import Sequencer from '@jest/test-sequencer';

/** What takes longest comes first, so that no worker ends with it alone. Its time is not in the size of its file. */
const long = ['contract/adapters', 'integration/bench', 'p1-p2-crashes', 'p1-p2-servers', 'p1-p2-outage', 'p4-access'];

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => long.findIndex((name) => path.includes(`${name}.test`)) >>> 0;
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
