import { expect, test } from '@jest/globals';
import { fileNames } from './file-names.js';

test('a file has a name that XBau takes, with the extension of its type, and no other has the same', () => {
  const called = (...names: string[]) =>
    fileNames(
      names.map((filename, n) => ({ filename, attachmentId: `0000000${n}-0000000${n}`, mimetype: 'application/pdf' })),
    );
  expect(called('Plan (1).pdf', 'Lageplan "süd"/1.PDF', 'ohne', '.pdf', `${'a'.repeat(300)}.pdf`)).toEqual([
    'Plan (1).pdf',
    'Lageplan _süd__1.PDF',
    'ohne.pdf',
    'datei.pdf',
    `${'a'.repeat(110)}.pdf`,
  ]);
  expect(called('plan.pdf', 'a.pdf', 'Plan.PDF')).toEqual(['plan-00000000.pdf', 'a.pdf', 'Plan-00000002.PDF']);
});
