import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encode, Frames, inPieces, largestFrame } from './frames.js';

const said = { at: new Date(0), bytes: Buffer.from([0, 255]), text: 'ä'.repeat(20_000) };

test('bytes, times and long texts cross beside the JSON, in whatever pieces they come', () => {
  const sent = Buffer.concat([encode({ ...said, half: `\ud800${said.text}` }), encode(['zwei'])]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: sent.length }), { maxLength: 5 }), (cuts) => {
      const frames = new Frames();
      const ends = [...cuts.sort((a, b) => a - b), sent.length];
      const got = ends.flatMap((end, n) => frames.push(sent.subarray(ends[n - 1] ?? 0, end)));
      expect(got).toEqual([{ ...said, half: `\ud800${said.text}` }, ['zwei']]);
    }),
  );
});

test('P1 any JSON crosses unchanged', () => {
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))); // which has no -0
  fc.assert(fc.property(json, (value) => expect(new Frames().push(encode([value]))).toEqual([[value]])));
});

test('P6 what is no frame is refused before it is gathered', () => {
  const head = (...numbers: number[]) => Buffer.from(new Uint32Array(numbers).buffer);
  expect(() => new Frames().push(head(largestFrame + 1))).toThrow('too large');
  expect(() => new Frames().push(head(4, 99))).toThrow('no frame');
  expect(() => new Frames().push(Buffer.concat([head(6, 2), Buffer.from('nö')]).subarray(0, 10))).toThrow();
});

test('P6 bytes of a frame are not counted out twice', () => {
  const twice = '[{"\\u0000":"text","from":0,"length":3},{"\\u0000":"text","from":0,"length":3}]';
  const json = Buffer.from(twice);
  const frame = Buffer.concat([Buffer.from(new Uint32Array([4 + json.length + 3, json.length]).buffer), json]);
  expect(() => new Frames().push(Buffer.concat([frame, Buffer.from('abc')]))).toThrow('no frame');
});

test('large chunks are cut into pieces', async () => {
  const sizes: number[] = [];
  for await (const piece of inPieces([Buffer.alloc(600 * 1024), Buffer.alloc(1)])) sizes.push(piece.length / 1024);
  expect(sizes).toEqual([256, 256, 88, 1 / 1024]);
});
