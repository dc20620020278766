import { loadAdapters } from '#adapter-host/load.js';
import { type Depth, depths } from '#broker/depth.js';
import { cause } from '../obstacle.js';
import { texts } from '../texts.js';
import { type Finding, fault, ok, type ServerToExamine } from './finding.js';

interface BrokerDiagnosis {
  findings: Finding[];
  queues: Depth[];
  version: string;
}

const { about } = texts.doctor;

/** What RabbitMQ says about itself and about the queues. */
export async function examineBroker({ url, from }: ServerToExamine): Promise<BrokerDiagnosis> {
  const { unknown } = texts.doctor.versions;
  const failed = (text: string) => ({ queues: [], version: unknown, findings: [fault(about.rabbitmq, text)] });
  if (!url) return failed(texts.doctor.neverStarted);
  try {
    const { queues, version } = await depths(url, [...(await loadAdapters()).keys()]);
    const findings = [ok(about.rabbitmq, texts.doctor.connected(from)), ...findingsOf(queues)];
    return { queues, version: version ?? unknown, findings };
  } catch (error) {
    return failed(texts.doctor.unusable(from, cause(error)));
  }
}

/** A fault for each queue that is not served; one finding when all are. */
function findingsOf(queues: Depth[]): Finding[] {
  const said = texts.doctor.queues;
  const faults = queues.flatMap(({ queue, messages, consumers }) => {
    if (messages === undefined) return [fault(about.queues, said.missing(queue))];
    return consumers ? [] : [fault(about.queues, said.noConsumer(queue, messages))];
  });
  if (faults.length) return faults;
  const tickets = queues.reduce((sum, { messages = 0 }) => sum + messages, 0);
  return [ok(about.queues, said.fine(queues.length, tickets))];
}
